terraform {
  required_version = ">= 1.0"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

variable "case" {
  description = "ID or number of the case to show."
  type        = string
  default     = "c6m8demo000000000001"
}

locals {
  # Only a number has nothing but digits.
  by_number = can(regex("^[0-9]+$", var.case))
}

data "aicc_case" "this" {
  id              = local.by_number ? null : var.case
  case_no         = local.by_number ? var.case : null
  include_contact = false
}

output "title" {
  value = data.aicc_case.this.title
}

output "state" {
  value = data.aicc_case.this.state
}

output "due_date" {
  value = data.aicc_case.this.due_date
}

output "trace" {
  # The trace is sensitive because of what customers write; these fields do not name a customer.
  # try: AICC may send no trace at all.
  value = try([
    for entry in nonsensitive(data.aicc_case.this.trace) :
    join("  ", compact([entry.created_date, entry.type, entry.creator_name]))
  ], [])
}
