terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET configure the provider.
provider "aurinko" {}

# The app registration through which Aurinko reaches the customers' Microsoft
# 365 tenants. An application has one.
resource "aurinko_office365_daemon" "this" {
  client_id      = var.daemon_client_id
  certificate    = var.daemon_certificate
  private_key_wo = var.daemon_private_key
}

# To add a customer, add an entry to var.customers and a CSV file.
module "customer" {
  source   = "./modules/customer"
  for_each = var.customers

  client_org_id = each.key
  name          = each.value.name
  scopes        = each.value.scopes
  mailboxes     = csvdecode(file("${path.root}/mailboxes/${each.key}.csv"))

  google   = each.value.google
  exchange = each.value.exchange
  office365 = each.value.tenant_id == null ? null : {
    tenant_id       = each.value.tenant_id
    oauth_client_id = aurinko_office365_daemon.this.client_id
  }
  credential = lookup(var.credentials, each.key, null)
}
