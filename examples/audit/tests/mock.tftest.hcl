# This test sends no request: the provider is a mock, its functions are the real ones.

mock_provider "aicc" {}

variables {
  root = "sample"
}

# Terraform's mocks leave maps of objects empty, such as cases, so AICC returns none here.
run "nothing_is_returned" {
  assert {
    condition = { for entry in jsondecode(output.json) : "${entry.file}:${entry.line}" => entry.verdict } == {
      "docs/phones.md:3"  = "dead"
      "docs/phones.md:4"  = "dead"
      "docs/phones.md:6"  = "foreign"
      "exceptions.yaml:4" = "dead"
      "exceptions.yaml:6" = "dead"
      "exceptions.yaml:8" = "no link"
      "servers.tfvars:2"  = "dead"
      "servers.tfvars:3"  = "no link"
    }
    error_message = "The report is wrong:\n${output.table}"
  }

  assert {
    condition     = length(data.aicc_cases.mentioned.ids) == 4
    error_message = "Not every ticket was asked for once, or something else was."
  }
}

run "dead_tickets_fail" {
  command = plan

  variables {
    fail_on = ["dead"]
  }

  expect_failures = [output.table]
}

run "other_hosts_are_foreign" {
  variables {
    hosts   = ["Tickets.example.com"]
    marker  = ""
    fail_on = ["overdue"]
  }

  assert {
    condition     = [for entry in jsondecode(output.json) : entry.verdict] == ["foreign", "foreign", "dead", "foreign", "foreign", "foreign"]
    error_message = "The report is wrong:\n${output.table}"
  }
}

run "wrong_verdict" {
  command = plan

  variables {
    fail_on = ["completed"]
  }

  expect_failures = [var.fail_on]
}

run "wrong_host" {
  command = plan

  variables {
    hosts = ["https://service.besclouds.com"]
  }

  expect_failures = [var.hosts]
}
