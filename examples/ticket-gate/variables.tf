# check.sh sets these two.
variable "ids" {
  description = "IDs of the cases that the changes name."
  type        = list(string)
}

variable "case_nos" {
  description = "Numbers of the cases that the changes name."
  type        = list(string)
}

# Which case opens the gate: change the defaults.
variable "open_states" {
  description = "States that allow a change. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}

variable "case_types" {
  description = "Values of type that allow a change. Empty for any."
  type        = list(string)
  default     = []
}

variable "owner_ids" {
  description = "Owners of cases that allow a change, by owner_id. Empty for any."
  type        = list(string)
  default     = []
}
