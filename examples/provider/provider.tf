terraform {
  required_version = ">= 1.0"

  required_providers {
    aicc = {
      source  = "aicc-community/aicc"
      version = "~> 0.1"
    }
  }
}

# AICC_DOMAIN and AICC_TOKEN, or AICC_CLIENT_ID and AICC_CLIENT_SECRET, are set
# in the environment.
provider "aicc" {}
