variable "ticket" {
  type    = string
  default = "c6m8demo000000000001"
}

ephemeral "aicc_case" "ticket" {
  id = var.ticket

  lifecycle {
    postcondition {
      condition = try(contains(["Processing", "Pending"], self.state), false)
      # Terraform shows no message that refers to what an ephemeral resource has read.
      error_message = "Case ${var.ticket} is neither Processing nor Pending. Name a case that is being worked on."
    }
  }
}

resource "terraform_data" "change" {
  input = "whatever must not happen without an open case"

  depends_on = [ephemeral.aicc_case.ticket]
}
