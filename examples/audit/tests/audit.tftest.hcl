# This test reads a real AICC: put links to cases of yours into sample/. What it expects holds for every AICC.

variables {
  root = "sample"
}

run "report" {
  assert {
    condition = [for entry in jsondecode(output.json) : "${entry.file}:${entry.line}"] == [
      "docs/phones.md:3", "docs/phones.md:4", "docs/phones.md:6",
      "exceptions.yaml:4", "exceptions.yaml:6", "exceptions.yaml:8",
      "servers.tfvars:2", "servers.tfvars:3",
    ]
    error_message = "Not every ticket is in the report:\n${output.table}"
  }

  assert {
    condition = alltrue([
      for entry in jsondecode(output.json) : contains(
        entry.id == null ? ["no link"] : strcontains(entry.link, "://tickets.example.com/") ? ["foreign"] : ["dead", "closed", "overdue", "alive"],
        entry.verdict,
      )
    ])
    error_message = "A verdict is wrong:\n${output.table}"
  }

  assert {
    condition = alltrue([
      for entry in jsondecode(output.json) : contains(keys(data.aicc_cases.mentioned.missing), entry.id) == (entry.verdict == "dead")
      if !contains(["foreign", "no link"], entry.verdict)
    ])
    error_message = "A ticket is dead that AICC returned, or the other way round:\n${output.table}"
  }

  assert {
    condition     = alltrue([for entry in jsondecode(output.json) : contains(var.open_states, entry.state) if contains(["overdue", "alive"], entry.verdict)])
    error_message = "A ticket is open in a state that open_states does not have:\n${output.table}"
  }
}

run "fails" {
  command = plan

  variables {
    fail_on = ["no link"]
  }

  expect_failures = [output.table]
}
