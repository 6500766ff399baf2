terraform {
  # Terraform 1.5 and OpenTofu 1.6 are the first that know plantimestamp.
  required_version = ">= 1.5"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

variable "days" {
  description = "How many days ahead a due date counts as soon."
  type        = number
  default     = 3
}

data "aicc_case" "change" {
  id   = "c6m8demo000000000001"
  keep = ["parent_id", "due_date", "closed_date"]
}

# coalesce: the first value that is neither null nor an empty string.
output "parent" {
  value = coalesce(data.aicc_case.change.parent_id, "none")
}

# A guard: only the branch that applies is evaluated.
output "closed" {
  value = data.aicc_case.change.closed_date == null ? "not closed" : formatdate("YYYY-MM-DD", data.aicc_case.change.closed_date)
}

# try: false without a due date. An overdue case is due soon as well.
output "due_soon" {
  value = try(timecmp(data.aicc_case.change.due_date, timeadd(plantimestamp(), "${24 * var.days}h")) < 0, false)
}
