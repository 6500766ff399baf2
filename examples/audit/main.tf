terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

locals {
  tickets = { for exception in yamldecode(file(var.file)).exceptions : exception.rule => exception.ticket }

  # The id in each link; null where the text is no link to a case.
  ids = { for rule, ticket in local.tickets : rule => try(provider::aicc::parse_case_link(ticket).id, null) }
}

# All of them in one read. A failure that leaves open whether a case exists fails the audit.
data "aicc_cases" "mentioned" {
  ids = distinct([for id in local.ids : id if id != null])
}

locals {
  cases = data.aicc_cases.mentioned.cases

  report = [
    for rule, id in local.ids : {
      rule   = rule
      ticket = local.tickets[rule]
      owner  = try(local.cases[id].owner_name, null)
      due    = try(local.cases[id].due_date, null)
      reason = try(data.aicc_cases.mentioned.missing[id], null) # why a ticket is dead, in AICC's words
      verdict = (
        id == null ? "no link" :
        !can(local.cases[id]) ? "dead" :
        !try(contains(var.open_states, local.cases[id].state), false) ? "completed" :
        try(timecmp(local.cases[id].due_date, plantimestamp()) < 0, false) ? "overdue" :
        "alive"
      )
    }
  ]
}

# A check only warns: the report is written whatever it says.
check "tickets" {
  assert {
    condition     = alltrue([for entry in local.report : contains(["alive", "completed", "overdue"], entry.verdict)])
    error_message = "Dead tickets, which AICC does not return or which are no links: ${join(", ", [for entry in local.report : entry.rule if contains(["dead", "no link"], entry.verdict)])}."
  }

  assert {
    condition     = alltrue([for entry in local.report : entry.verdict != "completed"])
    error_message = "Completed tickets, whose exceptions can go: ${join(", ", [for entry in local.report : entry.rule if entry.verdict == "completed"])}."
  }

  assert {
    condition     = alltrue([for entry in local.report : entry.verdict != "overdue"])
    error_message = "Overdue tickets: ${join(", ", [for entry in local.report : "${entry.rule} (${coalesce(entry.owner, "no owner")}, due ${entry.due})" if entry.verdict == "overdue"])}."
  }
}
