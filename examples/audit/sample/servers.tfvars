tags = {
  voice-gateway = { ticket = "https://service.besclouds.com/case/c6m8demo000000000003" }
  lobby-display = { ticket = "https://service.besclouds.com/case/c6m8demo00000000002" }
}
