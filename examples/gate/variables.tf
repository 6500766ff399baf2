variable "ticket" {
  description = "Link to the AICC case that allows the change, or its number."
  type        = string
}

variable "ticket_domains" {
  description = "Hosts that the links may point to, in lower case, with the port if the links have one."
  type        = list(string)
  default     = ["service.besclouds.com"]
}

variable "open_states" {
  description = "States that allow a change. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}
