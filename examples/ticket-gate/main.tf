terraform {
  # Ephemeral resources came with Terraform 1.10 and OpenTofu 1.11.
  required_version = ">= 1.10"

  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

# The gate at plan: what AICC says of the ticket now.
data "aicc_case" "ticket" {
  id              = provider::aicc::parse_case_link(var.ticket).id
  include_contact = false

  lifecycle {
    postcondition {
      condition     = try(contains(var.open_states, self.state), false)
      error_message = <<-EOT
        Case ${coalesce(self.case_no, self.id)}, "${coalesce(self.title, "without a title")}", is ${coalesce(self.state, "in no state")}.
        A change needs a case that is ${join(" or ", var.open_states)}.
        Have the case reopened in AICC, or set ticket to the case that this change belongs to.
      EOT
    }

    # try: no due date, or one that is no time, closes the gate as well.
    postcondition {
      condition     = try(timecmp(self.due_date, plantimestamp()) > 0, false)
      error_message = <<-EOT
        Case ${coalesce(self.case_no, self.id)}, "${coalesce(self.title, "without a title")}", ${self.due_date == null ? "has no due date" : "was due on ${self.due_date}"}.
        A change needs a case whose due date is ahead.
        Have the due date changed in AICC, or set ticket to the case that this change belongs to.
      EOT
    }
  }
}

# The gate at apply: a saved plan keeps what the case was when it was planned, so ask again.
ephemeral "aicc_case" "ticket" {
  count = var.ask_again ? 1 : 0

  id              = data.aicc_case.ticket.id
  include_contact = false
}

locals {
  now = one(ephemeral.aicc_case.ticket)

  # timestamp() is known at apply only, and then this is.
  still_open = !var.ask_again || try(contains(var.open_states, local.now.state) && timecmp(local.now.due_date, timestamp()) > 0, false)
}

# Whatever must not happen without an open ticket has this precondition. As a postcondition of the
# ephemeral resource it would stand there once, but Terraform (1.10 to 1.13) crashes when it
# shows such a plan as JSON, and a policy needs that JSON.
resource "terraform_data" "change" {
  input = "changed under case ${data.aicc_case.ticket.case_no}"

  lifecycle {
    precondition {
      condition = local.still_open
      # Only what the author wrote: Terraform shows no message that refers to an ephemeral value.
      error_message = <<-EOT
        The case changed after the plan was made: ${var.ticket}
        It is no longer ${join(" or ", var.open_states)}, or its due date has passed.
        Look at the case, then plan again.
      EOT
    }
  }
}
