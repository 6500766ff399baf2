# These tests need no AICC: the provider is the real one, its site is never asked, and each run says
# what it would have read.

provider "aicc" {
  domain = "aicc.example.com"
  token  = "not-used"
}

variables {
  ticket = "https://service.besclouds.com/case/c6m8demo000000000001"
}

run "open" {
  override_data {
    target = data.aicc_case.ticket
    values = {
      case_no  = "000000000000000000000000040001"
      state    = "Processing"
      due_date = "2099-12-31T18:00:00+08:00"
    }
  }

  assert {
    condition     = output.ticket.case_no == "000000000000000000000000040001"
    error_message = "The gate does not name the case that allows the change."
  }
}

run "completed" {
  command = plan

  override_data {
    target = data.aicc_case.ticket
    values = {
      state    = "Completed"
      due_date = "2099-12-31T18:00:00+08:00"
    }
  }

  expect_failures = [data.aicc_case.ticket]
}

run "a_state_of_your_own" {
  command = plan

  variables {
    open_states = ["Approved"]
  }

  override_data {
    target = data.aicc_case.ticket
    values = {
      state    = "Approved"
      due_date = "2099-12-31T18:00:00+08:00"
    }
  }
}

run "overdue" {
  command = plan

  override_data {
    target = data.aicc_case.ticket
    values = {
      state    = "Processing"
      due_date = "2020-01-01T00:00:00+08:00"
    }
  }

  expect_failures = [data.aicc_case.ticket]
}

run "not_a_link" {
  command = plan

  variables {
    ticket = "c6m8demo000000000001"
  }

  expect_failures = [data.aicc_case.ticket]
}

run "another_site" {
  command = plan

  variables {
    ticket = "https://tickets.example.com/case/c6m8demo000000000001"
  }

  expect_failures = [data.aicc_case.ticket]
}
