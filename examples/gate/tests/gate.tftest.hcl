# These tests read a real AICC: put links to cases of your own here.

run "open" {
  variables {
    ticket = "https://service.besclouds.com/case/c6m8demo000000000001"
  }

  assert {
    condition     = output.ticket.state == "Processing"
    error_message = "The change went ahead under a case that is not being worked on."
  }
}

run "completed" {
  command = plan

  variables {
    ticket = "https://service.besclouds.com/case/c6m8demo000000000002"
  }

  expect_failures = [data.aicc_case.ticket]
}

run "overdue" {
  command = plan

  variables {
    ticket = "https://service.besclouds.com/case/c6m8demo000000000003"
  }

  expect_failures = [data.aicc_case.ticket]
}
