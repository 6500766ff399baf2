terraform {
  # OpenTofu 1.7 has provider functions, and so does Terraform 1.8.
  required_version = ">= 1.7"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain, the credentials and the time zone come from the environment.
provider "aicc" {}

locals {
  # The audit's own folder holds samples and reports, which are no tickets of the repository.
  own = trimprefix(abspath(path.root), "${trimsuffix(abspath(var.root), "/")}/")

  # Terraform evaluates both sides of a condition, and fileset never ends in a loop of links.
  # git puts quotes around a name with special characters.
  listed = toset(concat(
    flatten([for pattern in var.list == null ? var.patterns : [] : tolist(fileset(var.root, pattern))]),
    [for name in flatten([for list in var.list[*] : compact(split("\n", file(list)))]) : try(startswith(name, "\"") ? jsondecode(name) : name, name)],
  ))
  files = sort([
    for name in local.listed : name
    if !startswith(name, "${local.own}/") && length(regexall(var.exclude, name)) == 0
  ])

  hosts    = [for host in var.hosts : trimsuffix(trimsuffix(lower(host), ":443"), ".")]
  mentions = provider::aicc::find_case_mentions_in_files(abspath(var.root), local.files, var.hosts)
  # The ID that AICC is asked for: not that of a link to another site.
  asked = [for found in local.mentions : found.kind == "link" && !contains(local.hosts, coalesce(found.domain, "-")) ? null : found.id]
}

# All tickets in two reads. What concerns one case alone, such as a 403, is in the report; what concerns all fails.
data "aicc_cases" "by_id" {
  ids        = keys({ for id in local.asked : id => true... if id != null })
  on_failure = "report"
  keep       = ["case_no", "due_date", "owner_name", "state"]
}

data "aicc_cases" "by_no" {
  case_nos   = toset(compact(local.mentions[*].case_no))
  on_failure = "report"
  keep       = ["case_no", "due_date", "owner_name", "state"]
}

locals {
  by_id = data.aicc_cases.by_id
  by_no = data.aicc_cases.by_no

  # What AICC says of each mention: its case, or why there is none.
  answers = [
    for i, found in local.mentions : {
      case    = try(local.by_id.cases[local.asked[i]], local.by_no.cases[local.by_no.ids_by_case_no[found.case_no]], null)
      missing = try(local.by_id.missing[local.asked[i]], local.by_no.missing[found.case_no], null)
      failed  = try(local.by_id.failed[local.asked[i]].reason, local.by_no.failed[found.case_no].reason, null)
    }
  ]
  entries = [
    for i, found in local.mentions : merge(found, {
      verdict = (
        contains(["unlinked", "unread"], found.kind) ? found.kind :
        found.id != local.asked[i] ? "foreign" :
        local.answers[i].missing != null ? "dead" :
        local.answers[i].case == null ? "unknown" :
        !try(contains(var.open_states, local.answers[i].case.state), false) ? "closed" :
        try(timecmp(local.answers[i].case.due_date, plantimestamp()) < 0, false) ? "overdue" : "alive"
      )
      state  = try(local.answers[i].case.state, null)
      owner  = try(local.answers[i].case.owner_name, null)
      due    = try(local.answers[i].case.due_date, null)
      reason = try(coalesce(found.reason, local.answers[i].missing, local.answers[i].failed), null)
    })
  ]
}
