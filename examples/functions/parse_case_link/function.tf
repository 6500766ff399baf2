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

variable "ticket" {
  type    = string
  default = "https://service.besclouds.com/console#/case/c6m8demo000000000001?tab=1"

  validation {
    condition     = provider::aicc::parse_case_link(var.ticket).domain == "service.besclouds.com"
    error_message = "The ticket must be a link to service.besclouds.com."
  }
}

# { domain = "service.besclouds.com", id = "c6m8demo000000000001" }
output "ticket" {
  value = provider::aicc::parse_case_link(var.ticket)
}
