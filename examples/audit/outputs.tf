# The other half: open cases of a type that no file mentions, neither by ID nor by number.
data "aicc_cases" "typed" {
  count = var.case_type == null ? 0 : 1

  search {
    type         = var.case_type
    created_from = var.created_from
  }

  keep = ["case_no", "due_date", "owner_name", "state"]
}

locals {
  forgotten = [
    for id, case in try(data.aicc_cases.typed[0].cases, {}) : {
      file    = null, line = null, text = coalesce(case.case_no, id), id = id, case_no = case.case_no
      verdict = "forgotten", state = case.state, owner = case.owner_name, due = case.due_date, reason = "no file mentions it"
    }
    if try(contains(var.open_states, case.state), false) && !can(local.by_id.cases[id]) && !can(local.by_no.cases[id])
  ]

  # What matters most comes first.
  verdicts   = ["unread", "dead", "unknown", "unlinked", "overdue", "closed", "forgotten", "foreign", "alive"]
  by_verdict = { for entry in concat(local.entries, local.forgotten) : entry.verdict => entry... }
  findings   = flatten([for verdict in local.verdicts : try(local.by_verdict[verdict], [])])
  counts     = [for verdict in local.verdicts : "${length(local.by_verdict[verdict])} ${local.say[verdict]}" if can(local.by_verdict[verdict])]
  summary    = "${local.say["Tickets: "]}${length(local.findings) == 0 ? local.say["no tickets"] : join(", ", local.counts)}"
  json       = jsonencode(local.findings)
  reports    = provider::aicc::render_report(local.json, local.hosts, var.words)

  # What is said here, in the words of the readers.
  say = merge({
    for text in concat(local.verdicts, ["Tickets: ", "no tickets", "%d more: terraform output -raw table", "%d of %d tickets fail the audit:", "%d of %d tickets fail the audit, the first 40 of them:"]) :
    text => text
  }, var.words)

  failing = [for entry in local.findings : entry if contains(var.fail_on, entry.verdict)]
  failed  = length(local.failing) == 0 ? "" : provider::aicc::render_report(jsonencode(slice(local.failing, 0, min(40, length(local.failing)))), [], var.words).table
}

output "summary" {
  description = "How many tickets there are of each verdict, and the first 15 of them. It fails the plan on the verdicts in fail_on, unless report_only is set."
  value = trimspace(join("\n", [
    local.summary,
    "",
    provider::aicc::render_report(jsonencode(slice(local.findings, 0, min(15, length(local.findings)))), [], var.words).table,
    length(local.findings) > 15 ? format(local.say["%d more: terraform output -raw table"], length(local.findings) - 15) : "",
  ]))

  precondition {
    condition = length(local.files) > 0
    error_message = (
      var.list == null ? "There is nothing to audit: no file in ${abspath(var.root)} matches ${join(" or ", var.patterns)}. Check root, patterns and exclude." :
      "There is nothing to audit: ${var.list} names no file. Check list and exclude."
    )
  }

  precondition {
    condition = var.report_only || length(local.failing) == 0
    error_message = join("\n", concat(
      [format(local.say["%d of %d tickets fail the audit${length(local.failing) > 40 ? ", the first 40 of them" : ""}:"], length(local.failing), length(local.findings)), ""],
      [for line in split("\n", local.failed) : "  ${line}"],
    ))
  }
}

# They are sensitive so that apply does not print them; output -raw does.
output "table" {
  description = "The report for people: terraform output -raw table."
  value       = local.reports.table
  sensitive   = true
}

output "failing" {
  description = "The first 40 tickets whose verdict is in fail_on, as a table; empty if there are none."
  value       = local.failed
  sensitive   = true
}

output "json" {
  description = "The report for machines, a list in JSON: terraform output -raw json."
  value       = local.json
  sensitive   = true
}

output "markdown" {
  description = "The report for a job summary or a comment: terraform output -raw markdown."
  value       = "### ${local.summary}\n\n${local.reports.markdown}"
  sensitive   = true
}

output "junit" {
  description = "The report for a CI server, as JUnit XML: terraform output -raw junit."
  value       = local.reports.junit
  sensitive   = true
}
