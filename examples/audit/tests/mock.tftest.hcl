# This test sends no request: the provider is a mock, its functions are the real ones.

mock_provider "aicc" {}

variables {
  root = "sample"
}

# A mock returns no case, and none that is missing: nothing is known of any ticket.
run "nothing_is_known" {
  assert {
    condition = { for entry in jsondecode(nonsensitive(output.json)) : "${entry.file}:${entry.line} ${entry.kind}" => entry.verdict... } == {
      "docs/phones.md:3 link"      = ["unknown"]
      "docs/phones.md:4 link"      = ["unknown"]
      "docs/phones.md:4 number"    = ["unknown"]
      "docs/phones.md:6 link"      = ["foreign"]
      "exceptions.yaml:4 link"     = ["unknown"]
      "exceptions.yaml:6 link"     = ["unknown"]
      "exceptions.yaml:8 unlinked" = ["unlinked"]
      "exceptions.yaml:10 number"  = ["unknown", "unknown"]
      "servers.tfvars:2 link"      = ["unknown"]
      "servers.tfvars:3 unlinked"  = ["unlinked"]
    }
    error_message = "The report is wrong."
  }

  assert {
    condition     = length(data.aicc_cases.by_id.ids) == 4 && length(data.aicc_cases.by_no.case_nos) == 2
    error_message = "Not every ticket was asked for once, or something else was."
  }
}

run "unlinked_tickets_fail" {
  command = plan

  variables {
    fail_on = ["unlinked"]
  }

  expect_failures = [output.summary]
}

run "report_only" {
  variables {
    fail_on     = ["unlinked"]
    report_only = true
  }

  assert {
    condition     = strcontains(nonsensitive(output.failing), "exceptions.yaml:8")
    error_message = "The output failing lacks a ticket."
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
