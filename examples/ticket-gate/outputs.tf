output "ticket" {
  description = "The case that allowed this change."
  value = {
    case_no = data.aicc_case.ticket.case_no
    title   = data.aicc_case.ticket.title
    state   = data.aicc_case.ticket.state
  }
}
