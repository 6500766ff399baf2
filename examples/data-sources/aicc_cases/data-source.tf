data "aicc_cases" "mentioned" {
  ids = [
    "c6m8demo000000000001",
    "c6m8demo000000000002",
    "c6m8demo000000000404",
  ]
}

output "states" {
  value = { for id, case in data.aicc_cases.mentioned.cases : id => case.state }
}

output "dead" {
  value = data.aicc_cases.mentioned.missing
}
