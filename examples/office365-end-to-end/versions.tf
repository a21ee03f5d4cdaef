terraform {
  required_version = ">= 1.11" # for write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET configure the provider.
provider "aurinko" {}
