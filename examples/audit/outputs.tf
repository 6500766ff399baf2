output "table" {
  description = "The report for people: terraform output -raw table."
  value = join("", [
    for line in concat(
      [["VERDICT", "RULE", "DUE", "TICKET"]],
      [for entry in local.report : [entry.verdict, entry.rule, substr(coalesce(entry.due, "-"), 0, 10), entry.ticket]],
    ) : format("%-10s %-24s %-11s %s\n", line...)
  ])
}

output "json" {
  description = "The report for machines: terraform output -raw json."
  value       = jsonencode(local.report)
}
