terraform {
  required_version = ">= 1.5"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
    huaweicloud = {
      source  = "huaweicloud/huaweicloud"
      version = "~> 1.60"
    }
  }
}

provider "aicc" {}

data "aicc_case" "reason" {
  case_no = "40001"
  keep    = ["case_no", "title"]
}

locals {
  # What a tag value must not hold becomes a hyphen. A case can be without a title.
  title = trim(replace(coalesce(data.aicc_case.reason.title, "-"), "/[^0-9A-Za-z\\p{Han}._-]+/", "-"), "-")
}

resource "huaweicloud_vpc" "voice" {
  name = "voice"
  cidr = "192.168.0.0/16"

  tags = {
    case       = data.aicc_case.reason.case_no
    case_title = coalesce(trim(substr(local.title, 0, 43), "-"), "no-title") # 43 characters, not bytes
  }
}
