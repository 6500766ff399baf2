variable "file" {
  description = "File that names the tickets."
  type        = string
  default     = "tickets.yaml"
}

variable "open_states" {
  description = "States in which a case is still worked on. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}
