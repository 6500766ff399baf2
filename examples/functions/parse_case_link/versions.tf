terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}
