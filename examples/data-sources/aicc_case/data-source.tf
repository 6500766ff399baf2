data "aicc_case" "ticket" {
  id              = "c6m8demo000000000001"
  include_contact = false
}

output "ticket" {
  value = "${data.aicc_case.ticket.title}: ${data.aicc_case.ticket.state}, due ${data.aicc_case.ticket.due_date}"
}

output "approved_on" {
  value = [for entry in data.aicc_case.ticket.trace : entry.created_date if entry.title == "Approved"]
}

output "change_window" {
  value = data.aicc_case.ticket.custom_fields["AICC__ChangeWindow__CST"]
}
