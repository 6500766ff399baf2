terraform {
  # 1.5 is the first that has plantimestamp.
  required_version = ">= 1.5"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The site and the credentials come from check.sh.
provider "aicc" {}

locals {
  # Nothing else of a case reaches a file or a log.
  keep = ["case_no", "state", "due_date", "type", "owner_id", "creator_id"]
}

# One request for each case: nothing happens for an empty list.
data "aicc_cases" "by_id" {
  ids        = var.ids
  on_failure = "report"
  keep       = local.keep
}

data "aicc_cases" "by_number" {
  case_nos   = var.case_nos
  on_failure = "report"
  keep       = local.keep
}

locals {
  # What AICC says of each ticket, and under which key.
  id_of = merge(
    { for id in var.ids : "id ${id}" => id },
    { for number in var.case_nos : "number ${number}" => lookup(data.aicc_cases.by_number.ids_by_case_no, number, number) },
  )
  found   = merge(data.aicc_cases.by_id.cases, data.aicc_cases.by_number.cases)
  missing = merge(data.aicc_cases.by_id.missing, data.aicc_cases.by_number.missing)
  cases   = { for ticket, id in local.id_of : ticket => try(local.found[id], null) }

  # try: whatever is null, unknown or of another form is not open.
  ahead   = { for ticket, case in local.cases : ticket => try(timecmp(case.due_date, plantimestamp()) > 0, false) }
  state   = { for ticket, case in local.cases : ticket => try(contains(var.open_states, case.state), false) }
  type    = { for ticket, case in local.cases : ticket => length(var.case_types) == 0 ? true : try(contains(var.case_types, case.type), false) }
  owner   = { for ticket, case in local.cases : ticket => length(var.owner_ids) == 0 ? true : try(contains(var.owner_ids, case.owner_id), false) }
  is_open = { for ticket in keys(local.cases) : ticket => local.state[ticket] && local.ahead[ticket] && local.type[ticket] && local.owner[ticket] }

  # The first thing that is wrong, in words that check.sh knows.
  answers = { for ticket, case in local.cases : ticket => (
    local.is_open[ticket] == true ? "open"
    : case == null ? (contains(keys(local.missing), local.id_of[ticket]) ? "missing" : "failed")
    : !local.state[ticket] ? "state"
    : try(case.due_date, null) == null ? "undated"
    : !local.ahead[ticket] ? "overdue"
    : !local.type[ticket] ? "type"
    : "owner"
  ) }
}

# One line for each ticket, with tabs: which, the answer, and what check.sh says of the case.
output "answers" {
  value = join("\n", [for ticket, case in local.cases : join("\t", concat([ticket, local.answers[ticket]], [
    for text in [try(case.case_no, null), try(case.state, null), try(case.due_date, null), try(case.creator_id, null)] :
    replace(coalesce(text, "-"), "/[^\\pL\\pN :+._-]/", "?")
  ]))])
}
