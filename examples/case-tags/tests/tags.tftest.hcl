# This test reads a real AICC: put a case of your own here.

variables {
  case_id = "c6m8demo000000000001"
}

run "tagged" {
  assert {
    condition = terraform_data.server.output.tags == {
      case          = "000000000000000000000000040001"
      case-owner    = "Agent Two"
      case-priority = "High"
    }
    error_message = "The tags are not what AICC says of the case."
  }
}

run "nothing_changes_while_the_case_does_not" {
  command = plan

  assert {
    condition     = terraform_data.server.output.tags.case-owner == "Agent Two"
    error_message = "A second plan changes the tags."
  }
}
