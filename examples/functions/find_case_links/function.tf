terraform {
  # Terraform 1.8 and OpenTofu 1.7 are the first that know functions of providers.
  required_version = ">= 1.7"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

locals {
  text = <<-EOT
    # Exceptions

    - The voice menu is frozen: [ticket](https://service.besclouds.com/case/c6m8demo000000000001).
    - 访客网络开放，见https://service.besclouds.com/case/c6m8demo000000000002。
  EOT
}

# { c6m8demo000000000001 = [3], c6m8demo000000000002 = [4] }
output "lines" {
  value = {
    for found in provider::aicc::find_case_links(local.text) : found.id => found.line...
    if found.domain == "service.besclouds.com"
  }
}
