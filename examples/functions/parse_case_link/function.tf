terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
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
