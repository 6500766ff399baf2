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
  # What AICC is asked for: an ID or a number, and nothing for a link to another site.
  keys = [
    for found in local.mentions :
    found.kind == "link" && !contains(local.hosts, coalesce(found.domain, "-")) ? "-" : coalesce(found.id, found.case_no, "-")
  ]
}

# All tickets in two reads. What concerns one case alone, such as a 403, is in the report; what concerns all fails.
data "aicc_cases" "by_id" {
  ids        = keys({ for i, found in local.mentions : local.keys[i] => true... if found.id != null && local.keys[i] != "-" })
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

  none    = { id = null, state = null, owner_name = null, due_date = null }
  answers = [for key in local.keys : try(local.by_id.cases[key], local.by_no.cases[local.by_no.ids_by_case_no[key]], local.none)]
  dead    = merge(local.by_id.missing, local.by_no.missing)
  unknown = merge(local.by_id.failed, local.by_no.failed)
  entries = [
    for i, found in local.mentions : {
      file = found.file, line = found.line, text = found.text, kind = found.kind
      id   = found.id, case_no = found.case_no, domain = found.domain
      verdict = (
        found.reason != null ? found.kind :
        found.kind == "link" && local.keys[i] == "-" ? "foreign" :
        can(local.dead[local.keys[i]]) ? "dead" :
        local.answers[i].id == null ? "unknown" :
        !try(contains(var.open_states, local.answers[i].state), false) ? "closed" :
        try(timecmp(local.answers[i].due_date, plantimestamp()) < 0, false) ? "overdue" : "alive"
      )
      state  = local.answers[i].state
      owner  = local.answers[i].owner_name
      due    = local.answers[i].due_date
      reason = try(local.dead[local.keys[i]], local.unknown[local.keys[i]].reason, found.reason)
    }
  ]
}
