locals {
  # A name or a text may hold what a terminal takes for commands.
  lines = [
    for entry in local.findings : replace(format("%-8s %-12s %-12s %-11s %s:%d  %s%s", entry.verdict,
      coalesce(entry.state, "-"), coalesce(entry.owner, "-"), substr(coalesce(entry.due, "-"), 0, 10),
    entry.file, entry.line, entry.link, entry.reason == null ? "" : "  (${entry.reason})"), "/[[:cntrl:]]+/", " ")
  ]
  failing = [for index, entry in local.findings : local.lines[index] if contains(var.fail_on, entry.verdict)]
  counts  = { for entry in local.report : entry.verdict => true... }
  summary = join(", ", [for verdict, each in local.counts : "${length(each)} ${verdict}"])
}

output "table" {
  description = "The report for people: terraform output -raw table. It fails the plan on the verdicts in fail_on."
  value = join("\n", concat(
    [format("%-8s %-12s %-12s %-11s %s", "VERDICT", "STATE", "OWNER", "DUE", "TICKET")], local.lines, [""]
  ))

  precondition {
    condition     = length(local.texts) > 0
    error_message = "There is nothing to audit: no file in ${abspath(var.root)} matches ${join(" or ", var.patterns)}. Check root and patterns."
  }

  precondition {
    condition     = length(local.failing) == 0
    error_message = "${length(local.failing)} of ${length(local.report)} tickets fail the audit:\n\n  ${join("\n  ", local.failing)}"
  }
}

output "json" {
  description = "The report for machines, a list in JSON: terraform output -raw json."
  value       = jsonencode(local.report)
}

output "forgotten" {
  description = "The open cases of the case_type that no file mentions. They fail the plan if fail_on has forgotten."
  value       = local.forgotten

  precondition {
    condition     = length(local.forgotten) == 0 || !contains(var.fail_on, "forgotten")
    error_message = "No file mentions these open cases: ${join(", ", [for case in local.forgotten : coalesce(case.case_no, case.id)])}."
  }
}

locals {
  shown = slice(local.findings, 0, min(200, length(local.findings)))

  # In a code span, nothing that somebody wrote is markup, a link or a mention.
  cells = [
    for entry in local.shown : [
      for text in ["${entry.file}:${entry.line}", entry.link, entry.state, entry.owner, entry.due, entry.reason] :
      trimspace(coalesce(text, " ")) == "" ? "" : "`${replace(replace(replace(text, "`", "'"), "|", "\\|"), "/\\s+/", " ")}`"
    ]
  ]
  rows = [
    for index, entry in local.shown : format("| %s | %s | %s | %s | %s | %s | %s |", entry.verdict, local.cells[index][0],
      entry.id == null ? local.cells[index][1] : "<${entry.link}>",
    local.cells[index][2], local.cells[index][3], local.cells[index][4], local.cells[index][5])
  ]
}

output "markdown" {
  description = "The report for a job summary or a comment, with 200 entries at most: terraform output -raw markdown."
  value = join("\n", concat(
    [
      "### Tickets: ${local.summary == "" ? "none" : local.summary}",
      "",
      "| verdict | where | ticket | state | owner | due | reason |",
      "|---|---|---|---|---|---|---|",
    ],
    local.rows,
    [length(local.findings) > length(local.shown) ? "\n${length(local.findings) - length(local.shown)} more are in the other reports.\n" : ""],
  ))
}

locals {
  passed  = length(try(local.counts["alive"], []))
  skipped = length(try(local.counts["foreign"], []))
  tests   = "tests=\"${length(local.report)}\" failures=\"${length(local.report) - local.passed - local.skipped}\" errors=\"0\""

  escaped = [
    for entry in local.report : [
      for text in ["${entry.file}:${entry.line} ${entry.link}", join(", ", compact([entry.verdict, entry.state, entry.owner, entry.due, entry.reason]))] :
      replace(replace(replace(replace(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;")
    ]
  ]
}

output "junit" {
  description = "The report for a CI server, as JUnit XML: terraform output -raw junit. An alive ticket is a test that passes, a foreign one is skipped, and any other fails."
  # XML does not allow all characters, not even escaped.
  value = replace(join("\n", concat(
    [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites name=\"AICC tickets\" ${local.tests}>",
      "  <testsuite name=\"AICC tickets\" ${local.tests} skipped=\"${local.skipped}\">",
    ],
    [
      for index, entry in local.report : join("", [
        "    <testcase classname=\"tickets\" name=\"${local.escaped[index][0]}\">",
        entry.verdict == "alive" ? "" : entry.verdict == "foreign" ? "<skipped/>" :
        "<failure type=\"${entry.verdict}\" message=\"${local.escaped[index][1]}\"/>",
        "</testcase>",
      ])
    ],
    ["  </testsuite>", "</testsuites>", ""],
  )), "/[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]/", "")
}
