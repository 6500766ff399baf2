terraform {
  required_version = ">= 1.0"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

data "aicc_cases" "mentioned" {
  ids = [
    "c6m8demo000000000001",
    "c6m8demo000000000002",
    "c6m8demo000000000404",
  ]
}

# The open cases of one type, whether or not anybody mentions them.
data "aicc_cases" "changes" {
  search {
    type         = "cvmC000DemoChangeReq"
    created_from = "2026-01-01T00:00:00+08:00"
    created_to   = "2026-12-31T00:00:00+08:00"
  }
}

output "states" {
  value = { for id, case in data.aicc_cases.mentioned.cases : id => case.state }
}

output "dead" {
  value = data.aicc_cases.mentioned.missing
}

output "forgotten" {
  value = [
    for id, case in data.aicc_cases.changes.cases : case.case_no
    if case.state != "Completed" && !contains(data.aicc_cases.mentioned.ids, id)
  ]
}
