terraform {
  # Terraform 1.8 and OpenTofu 1.7 are the first that know functions of providers.
  required_version = ">= 1.7"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

locals {
  entries = [{
    verdict = "overdue", state = "Processing", owner = "张三", due = "2026-03-01T18:00:00+08:00"
    file    = "phones.md", line = 3, text = "工单 40001", reason = null
  }]
}

output "table" {
  value = provider::aicc::render_report(jsonencode(local.entries), ["service.besclouds.com"]).table
}
