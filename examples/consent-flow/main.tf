terraform {
  required_version = ">= 1.11"
  required_providers {
    aurinko = {
      source = "aurinko/aurinko"
    }
  }
}

provider "aurinko" {}

# The URL at which the customer's administrator consents in a browser.
data "aurinko_authorization_url" "acme" {
  service_type  = "Office365"
  scopes        = coalesce(var.scopes_to_ask_for, var.scopes)
  return_url    = var.return_url
  state         = var.state
  client_org_id = "acme"

  # From the second consent on: the account to authorize again.
  account_id = one(aurinko_service_account.acme[*].id)
}

# The account that the consent creates.
resource "aurinko_service_account" "acme" {
  count = var.consented ? 1 : 0

  scopes        = var.scopes
  client_org_id = "acme"

  authorization = {
    service_type    = "Office365"
    code_wo         = var.consent_code
    code_wo_version = var.consent_version
  }
}
