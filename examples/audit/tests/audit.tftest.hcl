# This test asks a real AICC: tickets.yaml has to name cases of your own.

run "report" {
  assert {
    condition = { for entry in jsondecode(output.json) : entry.rule => entry.verdict } == {
      voice-menu-frozen      = "alive"
      lobby-telephone-public = "completed"
      queues-without-owner   = "overdue"
      recordings-kept-longer = "dead"
      guest-network-open     = "no link"
    }
    error_message = "The report is wrong:\n${output.table}"
  }

  assert {
    condition     = [for entry in jsondecode(output.json) : entry.reason if entry.verdict == "dead"] == ["HTTP 404, resCode 405230004: 工单不存在"]
    error_message = "The report does not say why a ticket is dead."
  }

  expect_failures = [check.tickets]
}
