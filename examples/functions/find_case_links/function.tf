terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
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
