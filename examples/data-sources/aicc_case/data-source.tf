terraform {
  required_version = ">= 1.5"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

data "aicc_case" "change" {
  case_no = "40001"

  # Leave the contact's data out of state and plan. What people typed into a title may
  # still name a customer: keep, a list of attributes, leaves everything else out.
  include_contact = false
}

output "change" {
  value = "${data.aicc_case.change.case_no}: ${data.aicc_case.change.title} (${data.aicc_case.change.state})"
}

output "overdue" {
  value = try(timecmp(data.aicc_case.change.due_date, plantimestamp()) < 0, false)
}
