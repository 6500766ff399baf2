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

  hosts    = [for host in var.hosts : trimsuffix(lower(host), ":443")]
  mentions = provider::aicc::find_case_mentions_in_files(abspath(var.root), local.files, var.hosts)
}

# All tickets in two reads. What concerns one case alone, such as a 403, is in the report; what concerns all fails.
data "aicc_cases" "by_id" {
  ids        = keys({ for found in local.mentions : found.id => true... if found.id != null && (found.kind != "link" || contains(local.hosts, coalesce(found.domain, "-"))) })
  on_failure = "report"
  keep       = ["case_no", "due_date", "owner_name", "state"]
}

data "aicc_cases" "by_no" {
  case_nos   = keys({ for found in local.mentions : found.case_no => true... if found.case_no != null })
  on_failure = "report"
  keep       = ["case_no", "due_date", "owner_name", "state"]
}

locals {
  by_id = data.aicc_cases.by_id
  by_no = data.aicc_cases.by_no
  found = merge(local.by_id.cases, { for number, id in local.by_no.ids_by_case_no : number => local.by_no.cases[id] })

  # What is known of a case, by its ID or by the number that a file has.
  known = merge(
    { for key, reason in merge(local.by_id.missing, local.by_no.missing) : key => {
      verdict = "dead", state = null, owner = null, due = null, reason = reason
    } },
    { for key, failure in merge(local.by_id.failed, local.by_no.failed) : key => {
      verdict = "unknown", state = null, owner = null, due = null, reason = failure.reason
    } },
    { for key, case in local.found : key => {
      verdict = (
        !try(contains(var.open_states, case.state), false) ? "closed" :
        try(timecmp(case.due_date, plantimestamp()) < 0, false) ? "overdue" : "alive"
      )
      state = case.state, owner = case.owner_name, due = case.due_date, reason = null
    } },
  )
  nothing = { state = null, owner = null, due = null }
  entries = [
    for found in local.mentions : merge(found, (
      contains(["unlinked", "unread"], found.kind) ? merge(local.nothing, { verdict = found.kind, reason = found.reason }) :
      found.kind == "link" && !contains(local.hosts, coalesce(found.domain, "-")) ? merge(local.nothing, { verdict = "foreign", reason = null }) :
      try(local.known[coalesce(found.id, found.case_no)], merge(local.nothing, { verdict = "unknown", reason = "it was not asked for" }))
    ))
  ]
}
