terraform {
  required_version = ">= 1.2"

  required_providers {
    http = {
      source  = "hashicorp/http"
      version = "~> 3.4"
    }
  }
}

variable "domain" {
  type    = string
  default = "https://service.besclouds.com"
}

variable "token" {
  type      = string
  sensitive = true
}

variable "id" {
  type    = string
  default = "c6m8demo000000000001"
}

data "http" "case" {
  url    = "${var.domain}/service/AICC__Case/1.0.0/openapi/case/${var.id}"
  method = "GET"

  request_headers = {
    Content-Type = "application/json"
    access-token = var.token
  }

  # AICC wants a body with its GET.
  request_body = jsonencode({ id = var.id })

  retry {
    attempts     = 4
    min_delay_ms = 500
    max_delay_ms = 30000
  }

  lifecycle {
    postcondition {
      condition     = self.status_code == 200
      error_message = "AICC answered with HTTP ${self.status_code}."
    }

    # A failure can come under 200 as well.
    postcondition {
      condition     = try(tostring(jsondecode(self.response_body).resCode), "none") == "0"
      error_message = "AICC refused: resCode ${try(jsondecode(self.response_body).resCode, "none")}."
    }

    postcondition {
      condition     = try(flatten([jsondecode(self.response_body).result])[0].caseInfo.id, "none") == var.id
      error_message = "AICC returned no case, or another one."
    }
  }
}

locals {
  # The result is a list of one; siblings of this call send it bare.
  case = flatten([jsondecode(data.http.case.response_body).result])[0].caseInfo
}

output "ticket" {
  value = {
    id      = local.case.id
    case_no = local.case.caseNo
    title   = local.case.title
    state   = local.case.state
    # AICC sends no time zone; for anything but "", this is Chinese time.
    due_date    = try(length(local.case.dueDate), 0) == 0 ? null : "${replace(local.case.dueDate, " ", "T")}+08:00"
    external_no = local.case.extternalNo
    owner       = local.case.ownerName
  }
}
