terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

# AICC_DOMAIN and AICC_TOKEN, or AICC_CLIENT_ID and AICC_CLIENT_SECRET, say the rest.
provider "aicc" {
  requests_per_second = 20
}
