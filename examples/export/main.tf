terraform {
  required_version = ">= 1.14"

  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}
