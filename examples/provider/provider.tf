terraform {
  required_providers {
    aicc = {
      source = "aicc-community/aicc"
    }
  }
}

# AICC_DOMAIN and AICC_TOKEN, or AICC_CLIENT_ID and AICC_CLIENT_SECRET, are set
# in the environment.
provider "aicc" {}
