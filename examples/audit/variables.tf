variable "root" {
  description = "Folder to audit, such as a checkout of a repository."
  type        = string
  default     = "."
}

variable "patterns" {
  description = "Files to read, as patterns of the function fileset. Files under .git and .terraform, and states, are left out."
  type        = list(string)
  default     = ["**/*.md", "**/*.tf", "**/*.tfvars", "**/*.yaml", "**/*.yml"]

  validation {
    condition     = length(var.patterns) > 0
    error_message = "patterns must have at least one pattern."
  }
}

variable "hosts" {
  description = "Hosts whose links are tickets of your AICC, with the port if the links have one."
  type        = list(string)
  default     = ["service.besclouds.com"]

  validation {
    condition     = length(var.hosts) > 0 && alltrue([for host in var.hosts : can(regex("^[0-9A-Za-z.:_[\\]-]+$", host))])
    error_message = "hosts must have at least one host, without https://, without a path and without wildcards."
  }
}

variable "marker" {
  description = "Regular expression (RE2, without regard to upper and lower case) of lines that should have a link to a case. An empty one finds none."
  type        = string
  default     = "\\bticket\"?[ \t]*(:[ \t]*\\S|=[ \t]*\"[^\"$]*\")"

  validation {
    condition     = can(regexall("(${var.marker})", ""))
    error_message = "marker must be a regular expression without named groups."
  }
}

variable "open_states" {
  description = "States in which a case is still worked on. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}

variable "fail_on" {
  description = "Verdicts that fail the plan: any of unread, dead, no link, overdue, closed, foreign, alive and forgotten."
  type        = list(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.fail_on, ["unread", "dead", "no link", "overdue", "closed", "foreign", "alive", "forgotten"])) == 0
    error_message = "fail_on may hold only unread, dead, no link, overdue, closed, foreign, alive and forgotten."
  }
}

variable "case_type" {
  description = "ID of a case type, such as that of exceptions. Its open cases that no file mentions are in the output forgotten. None are by default."
  type        = string
  default     = null
}

variable "created_from" {
  description = "Creation time, in RFC 3339, from which on cases of the case_type are looked for. AICC does not document how far back it looks without one."
  type        = string
  default     = null
}
