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

# The numbers and IDs that the Markdown files of this folder mention, by file and line.
output "tickets" {
  value = {
    for found in provider::aicc::find_case_mentions_in_files(".", fileset(".", "**/*.md"), ["service.besclouds.com"]) :
    "${found.file}:${found.line}" => coalesce(found.id, found.case_no, found.reason)...
  }
}
