variable "ticket" {
  description = "Link to the AICC case that allows this change."
  type        = string

  validation {
    condition     = can(provider::aicc::parse_case_link(var.ticket))
    error_message = "ticket must be a link to one AICC case: https://…, with one part that looks like a case id, which is 20 letters and digits."
  }

  validation {
    condition     = try(contains(var.ticket_domains, provider::aicc::parse_case_link(var.ticket).domain), true)
    error_message = "ticket must be a case at ${join(" or ", var.ticket_domains)}."
  }
}

variable "ticket_domains" {
  description = "Hosts that tickets may be at, in lower case, with the port if the links have one."
  type        = list(string)
  default     = ["service.besclouds.com"]
}

variable "open_states" {
  description = "States that allow a change. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}

variable "ask_again" {
  description = "Whether to ask AICC again at apply. Only tests without an AICC turn this off: mocks know no ephemeral resources."
  type        = bool
  default     = true
}
