terraform {
  # OpenTofu 1.7 has provider functions, and so does Terraform 1.8.
  required_version = ">= 1.7"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# The domain and the credentials come from the environment.
provider "aicc" {}

locals {
  hosts = [for host in var.hosts : lower(host)]

  # Null stands for a file that is not UTF-8.
  texts = {
    for name in setunion([for pattern in var.patterns : fileset(var.root, pattern)]...) :
    name => try(file("${var.root}/${name}"), null)
    if length(regexall("(^|/)\\.(git|terraform)/|\\.tfstate(\\.backup)?$", name)) == 0
  }

  links = flatten([
    for name, text in local.texts : [
      for found in provider::aicc::find_case_links(text) : {
        file  = name
        line  = found.line
        link  = found.link
        id    = found.id
        asked = contains(local.hosts, found.domain) ? found.id : null
      }
    ] if text != null
  ])

  # How many links a line holds, and how many of them AICC is asked about.
  linked = { for link in local.links : "${link.file}:${link.line}" => link.asked != null... }

  # A line that has a URL of one of the hosts, or the marker, should have a link to a case.
  at_host = "https?://(?:${join("|", [for host in local.hosts : replace(host, "/[][.]/", "\\$0")])})[/?#][/?#!_~-]*[0-9A-Za-z%]"
  ticket  = "(?im)^(.*(?:${join("|", compact([local.at_host, var.marker]))}).*)$"

  # One search in a file is much faster than one in each of its lines.
  tickets = flatten([
    for name, text in local.texts : [
      for lines in [flatten([
        # White space in the marker may match the end of a line.
        for match in regexall(local.ticket, text) :
        [for line in split("\n", match[0]) : line if line == match[0] || can(regex(local.ticket, line))]
        ])] : [
        for index, line in split("\n", text) : { file = name, line = index + 1, text = line } if contains(lines, line)
      ] if length(lines) > 0
    ] if text != null
  ])

  unlinked = [
    for ticket in local.tickets : {
      file  = ticket.file
      line  = ticket.line
      link  = substr(trimspace(ticket.text), 0, 100)
      id    = null
      asked = null
    }
    # A URL inside another one is a part of the same link.
    if length(regexall("(?i)${local.at_host}(?:[^\\s,;<>\"'`|]*[/=?#&]https?://)*", ticket.text)) >
    try(length([for asked in local.linked["${ticket.file}:${ticket.line}"] : true if asked]), -1)
  ]
}

locals {
  unread = [
    for name, text in local.texts : { file = name, line = 0, link = "", id = null, asked = null } if text == null
  ]
}

# All of them in one read. A failure that leaves open whether a case exists fails the audit.
data "aicc_cases" "mentioned" {
  ids = keys({ for link in local.links : link.asked => true... if link.asked != null })

  # Nothing else of a case is stored.
  keep = ["due_date", "owner_name", "state"]
}

locals {
  cases = data.aicc_cases.mentioned.cases

  entries = [
    for mention in concat(local.links, local.unlinked, local.unread) : {
      file  = mention.file
      line  = mention.line
      link  = mention.link
      id    = mention.id
      state = try(local.cases[mention.asked].state, null)
      owner = try(local.cases[mention.asked].owner_name, null)
      due   = try(local.cases[mention.asked].due_date, null)
      reason = (
        mention.line == 0 ? "not readable as UTF-8" :
        mention.id == null ? "no case ID in this line" :
        try(data.aicc_cases.mentioned.missing[mention.asked], null)
      )
      verdict = (
        mention.line == 0 ? "unread" :
        mention.id == null ? "no link" :
        mention.asked == null ? "foreign" :
        !can(local.cases[mention.asked]) ? "dead" :
        !try(contains(var.open_states, local.cases[mention.asked].state), false) ? "closed" :
        try(timecmp(local.cases[mention.asked].due_date, plantimestamp()) < 0, false) ? "overdue" :
        "alive"
      )
    }
  ]

  # In the order of files and lines.
  report = values({ for index, entry in local.entries : format("%s\n%09d %09d", entry.file, entry.line, index) => entry })

  # What matters most comes first.
  findings = flatten([
    for verdict in ["unread", "dead", "no link", "overdue", "closed", "foreign", "alive"] :
    [for entry in local.report : entry if entry.verdict == verdict]
  ])
}

# The other half: cases that files should mention and do not.
data "aicc_cases" "typed" {
  count = var.case_type == null ? 0 : 1

  search {
    type         = var.case_type
    created_from = var.created_from
  }

  keep = ["case_no", "due_date", "owner_name", "state"]
}

locals {
  forgotten = [
    for id, case in try(data.aicc_cases.typed[0].cases, {}) : {
      id      = id
      case_no = case.case_no
      state   = case.state
      owner   = case.owner_name
      due     = case.due_date
    }
    if try(contains(var.open_states, case.state), false) && !contains(data.aicc_cases.mentioned.ids, id)
  ]
}
