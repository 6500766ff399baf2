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

variable "id" {
  type    = string
  default = "c6m8demo000000000001"
}

data "aicc_case" "ticket" {
  id              = var.id
  include_contact = false
}

output "ticket" {
  value = {
    id          = data.aicc_case.ticket.id
    case_no     = data.aicc_case.ticket.case_no
    title       = data.aicc_case.ticket.title
    state       = data.aicc_case.ticket.state
    due_date    = data.aicc_case.ticket.due_date
    external_no = data.aicc_case.ticket.external_no
    owner       = data.aicc_case.ticket.owner_name
  }
}
