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

# The site and the credentials come from the environment.
provider "aicc" {}

locals {
  # The one place that reads what the author wrote. Null means that it is not a case number, or not a link to a case.
  number = can(regex("^[0-9]{1,30}$", var.ticket)) ? var.ticket : null
  ticket = try(provider::aicc::parse_case_link(var.ticket), { domain = tostring(null), id = tostring(null) })
}

data "aicc_case" "ticket" {
  id      = local.ticket.id
  case_no = local.number

  # Nothing else of the case reaches a plan or a log.
  keep = ["case_no", "state", "due_date"]

  lifecycle {
    # try: what is neither a number nor a link fails the check.
    precondition {
      condition     = local.number != null || try(contains(var.ticket_domains, local.ticket.domain), false)
      error_message = "The ticket must be the number of an AICC case, or a link to one at ${join(" or ", var.ticket_domains)}: https://…, with one part that looks like a case ID, which is 20 letters and digits."
    }

    # try: so does a case without a state, without a due date, or with a due date that is not a time.
    postcondition {
      condition = alltrue([
        try(contains(var.open_states, self.state), false),
        try(timecmp(self.due_date, plantimestamp()) > 0, false),
      ])
      error_message = join("\n", try(contains(var.open_states, self.state), false) ? [
        "Case ${coalesce(self.case_no, self.id)} ${self.due_date == null ? "has no due date" : "was due on ${self.due_date}"}.",
        "A change needs a case whose due date has not passed.",
        "Have the due date changed in AICC, or name the case this change belongs to.",
        ] : [
        "Case ${coalesce(self.case_no, self.id)} is ${coalesce(self.state, "in no state")}.",
        "A change needs a case that is ${join(" or ", var.open_states)}.",
        "Have the case reopened in AICC, or name the case this change belongs to.",
      ])
    }
  }
}
