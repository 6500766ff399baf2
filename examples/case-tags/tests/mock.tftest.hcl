# These tests send no request: the provider is a mock.

mock_provider "aicc" {
  mock_data "aicc_case" {
    defaults = {
      case_no    = "000000000000000000000000040001"
      owner_name = "Agent One"
      priority   = "High"
    }
  }
}

variables {
  case_id = "c6m8demo000000000001"
}

run "tagged" {
  assert {
    condition     = terraform_data.server.output.tags.case-owner == "Agent One"
    error_message = "The tags do not name the owner."
  }
}

run "the_case_changes_hands" {
  override_data {
    target = data.aicc_case.reason
    values = {
      case_no    = "000000000000000000000000040001"
      owner_name = "Agent Two"
      priority   = "High"
    }
  }

  assert {
    condition     = terraform_data.server.output.tags.case-owner == "Agent One"
    error_message = "The tags changed because the case changed hands."
  }

  # It is said nevertheless.
  expect_failures = [check.owner]
}

run "another_case" {
  override_data {
    target = data.aicc_case.reason
    values = {
      case_no    = "000000000000000000000000040002"
      owner_name = "Agent Three"
      priority   = "Low"
    }
  }

  assert {
    condition     = terraform_data.server.output.tags == { case = "000000000000000000000000040002", case-owner = "Agent Three", case-priority = "Low" }
    error_message = "The tags still speak of the case before."
  }
}
