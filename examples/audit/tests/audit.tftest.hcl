# This test reads a real AICC site: put links to cases of yours into sample/. What it expects holds for every site.

variables {
  root = "sample"
}

run "report" {
  assert {
    condition = alltrue([
      for entry in jsondecode(nonsensitive(output.json)) : contains(
        entry.kind == "unlinked" ? ["unlinked"] : strcontains(entry.text, "://tickets.example.com/") ? ["foreign"] : ["dead", "unknown", "closed", "overdue", "alive"],
        entry.verdict,
      )
    ])
    error_message = "A verdict is wrong."
  }

  assert {
    condition = alltrue([
      for entry in jsondecode(nonsensitive(output.json)) :
      (entry.verdict == "dead") == (can(data.aicc_cases.by_id.missing[coalesce(entry.id, "-")]) || can(data.aicc_cases.by_no.missing[coalesce(entry.case_no, "-")]))
      if !contains(["foreign", "unlinked"], entry.verdict)
    ])
    error_message = "A ticket is dead that AICC returned, or the other way round."
  }
}

run "fails" {
  command = plan

  variables {
    fail_on = ["unlinked"]
  }

  expect_failures = [output.summary]
}
