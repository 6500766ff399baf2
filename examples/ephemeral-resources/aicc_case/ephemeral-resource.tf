terraform {
  required_version = ">= 1.10"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

variable "ticket" {
  type    = string
  default = "c6m8demo000000000001"
}

ephemeral "aicc_case" "ticket" {
  id = var.ticket
}

# Nothing of the case is stored. The condition is checked at plan, and again at
# the apply of a saved plan. Its message can name what the author wrote, but not
# what the case says.
resource "terraform_data" "change" {
  lifecycle {
    precondition {
      condition     = ephemeral.aicc_case.ticket.state == "Processing"
      error_message = "Ticket ${var.ticket} must be in progress."
    }
  }
}
