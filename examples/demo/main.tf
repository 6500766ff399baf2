terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

variable "id" {
  type        = string
  description = "Id of the case to show."
  default     = "c6m8demo000000000001"
}

data "aicc_case" "this" {
  id              = var.id
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
  value = try([
    for step in data.aicc_case.this.trace :
    join("  ", compact([step.created_date, step.type, step.creator_name, step.title]))
  ], [])
}
