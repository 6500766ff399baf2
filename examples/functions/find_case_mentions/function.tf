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

    - The voice menu is frozen: service.besclouds.com/case/c6m8demo000000000001
    - 访客网络开放，见工单 40002。
    - The lobby has a display. Ticket: TODO
  EOT
}

# 3: link c6m8demo000000000001
# 4: number 000000000000000000000000040002
# 5: unlinked: there is a placeholder instead of a case
output "mentions" {
  value = [
    for found in provider::aicc::find_case_mentions(local.text, ["service.besclouds.com"]) :
    "${found.line}: ${found.kind}${found.kind == "unlinked" ? ":" : ""} ${coalesce(found.id, found.case_no, found.reason)}"
  ]
}
