output "ticket" {
  description = "The case that allows the change."
  value = {
    case_no  = data.aicc_case.ticket.case_no
    state    = data.aicc_case.ticket.state
    due_date = data.aicc_case.ticket.due_date
  }
}
