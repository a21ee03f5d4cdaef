terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# The Client ID and Client Secret of the Aurinko application come from the
# environment: AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET.
provider "aurinko" {}
