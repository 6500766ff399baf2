variable "root" {
  description = "Folder to audit, such as a checkout of a repository. Names in the reports are relative to it."
  type        = string
  default     = ".."
}

variable "list" {
  description = "File with the names of the files to read, one a line, such as git -c core.quotePath=off ls-files writes. Without one, patterns says which."
  type        = string
  default     = null
}

variable "patterns" {
  description = "Files to read where there is no list, as patterns of the function fileset. They follow symbolic links: in a repository with a loop of links, use a list."
  type        = list(string)
  default     = ["**/*.md", "**/*.tf", "**/*.tfvars", "**/*.yaml", "**/*.yml", "**/*.json"]

  validation {
    condition     = length(var.patterns) > 0
    error_message = "patterns must have at least one pattern."
  }
}

variable "exclude" {
  description = "Regular expression (RE2) of names that are left out, beside the audit's own folder."
  type        = string
  default     = "(^|/)(\\.git|\\.terraform|node_modules|vendor)/|\\.tfstate(\\.backup)?$"

  validation {
    condition     = can(regexall(var.exclude, ""))
    error_message = "exclude must be a regular expression."
  }
}

variable "hosts" {
  description = "Hosts whose links are tickets of your AICC site, with the port if the links have one."
  type        = list(string)
  default     = ["service.besclouds.com"]

  validation {
    condition     = length(var.hosts) > 0 && alltrue([for host in var.hosts : can(regex("^[0-9A-Za-z.:_[\\]-]+$", host))])
    error_message = "hosts must have at least one host, without https://, without a path and without wildcards."
  }
}

variable "open_states" {
  description = "States in which a case is still worked on. Tenants can have more states than AICC's own."
  type        = list(string)
  default     = ["Processing", "Pending"]
}

variable "fail_on" {
  description = "Verdicts that fail the audit: any of unread, unlinked, dead, unknown, closed, overdue, foreign, alive and forgotten."
  type        = list(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.fail_on, ["unread", "unlinked", "dead", "unknown", "closed", "overdue", "foreign", "alive", "forgotten"])) == 0
    error_message = "fail_on may hold only unread, unlinked, dead, unknown, closed, overdue, foreign, alive and forgotten."
  }
}

variable "report_only" {
  description = "Whether fail_on only fills the output failing. A pipeline sets this, keeps the reports, and then fails if that output is not empty."
  type        = bool
  default     = false
}

variable "case_type" {
  description = "ID of a case type, such as that of exceptions. Its open cases that no file mentions are forgotten. None are by default."
  type        = string
  default     = null
}

variable "created_from" {
  description = "Creation time, in RFC 3339, from which on cases of the case_type are looked for. AICC does not document how far back it looks without one."
  type        = string
  default     = null
}

variable "words" {
  description = "What the report says in place of its own words, for another language: zh.tfvars has them in Chinese."
  type        = map(string)
  default     = {}
}
