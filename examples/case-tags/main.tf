terraform {
  required_version = ">= 1.5"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

variable "case_id" {
  description = "ID of the case that this server exists for."
  type        = string
}

data "aicc_case" "reason" {
  id              = var.case_id
  include_contact = false
}

# Remembers who had the case when the tags were made. Cases change hands often, and nobody wants to see
# a server in the plan for that. Another case makes it look anew.
resource "terraform_data" "owner" {
  input            = data.aicc_case.reason.owner_name
  triggers_replace = data.aicc_case.reason.case_no

  lifecycle {
    ignore_changes = [input]
  }
}

# Stands for whatever takes tags: aws_instance, huaweicloud_compute_instance, …
resource "terraform_data" "server" {
  input = {
    tags = {
      case          = data.aicc_case.reason.case_no
      case-owner    = terraform_data.owner.output
      case-priority = data.aicc_case.reason.priority # follows the case
    }
  }
}

# Where a plan changes because the case did, "Changes to Outputs" says so.
output "case" {
  description = "What the case says now, for comparison with the tags."
  value = {
    case_no  = data.aicc_case.reason.case_no
    owner    = data.aicc_case.reason.owner_name
    priority = data.aicc_case.reason.priority
  }
}

check "owner" {
  assert {
    condition     = data.aicc_case.reason.owner_name == terraform_data.owner.output
    error_message = <<-EOT
      Case ${data.aicc_case.reason.case_no} changed hands, and the tags stay as they are: they name ${coalesce(terraform_data.owner.output, "nobody")}, AICC names ${coalesce(data.aicc_case.reason.owner_name, "nobody")}.
      To have the tags name the new owner, run: terraform apply -replace=terraform_data.owner
    EOT
  }
}
