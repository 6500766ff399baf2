locals {
  ticket = provider::aicc::parse_case_link("https://service.besclouds.com/console/#/cases?caseId=c6m8demo000000000001")
}

output "domain" {
  value = local.ticket.domain # service.besclouds.com
}

output "id" {
  value = local.ticket.id # c6m8demo000000000001
}
