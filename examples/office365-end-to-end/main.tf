# The daemon app registration signs in with a certificate.
module "certificate" {
  source = "./modules/certificate"

  common_name = "${var.name} (Aurinko)"
}

# ---------------------------------------------------------------------------
# Microsoft Entra: two app registrations with what the scopes need
# ---------------------------------------------------------------------------

# People sign in to their own mailboxes: delegated permissions.
data "aurinko_scope_mapping" "delegated" {
  scopes = var.scopes
}

# The service account reaches the mailboxes of the whole tenant: application
# permissions.
data "aurinko_scope_mapping" "application" {
  scopes          = var.scopes
  permission_type = "application"
}

module "entra" {
  source = "./modules/entra"

  name                  = var.name
  redirect_uri          = var.redirect_uri
  client_secret_version = var.client_secret_version

  certificate = {
    pem       = module.certificate.pem
    not_after = module.certificate.not_after
  }

  delegated = {
    resource_app_id = data.aurinko_scope_mapping.delegated.resource_app_id
    resource_access = data.aurinko_scope_mapping.delegated.resource_access
  }
  application = {
    resource_app_id = data.aurinko_scope_mapping.application.resource_app_id
    resource_access = data.aurinko_scope_mapping.application.resource_access
  }
}

# ---------------------------------------------------------------------------
# Aurinko: the application's settings
# ---------------------------------------------------------------------------

resource "aurinko_office365_oauth" "this" {
  client_id                = module.entra.oauth_client_id
  client_secret_wo         = module.entra.oauth_client_secret
  client_secret_wo_version = var.client_secret_version
  scopes                   = var.scopes
}

# A new key has a new certificate. Terraform sends both to Microsoft first, then
# to Aurinko.
resource "aurinko_office365_daemon" "this" {
  client_id      = module.entra.daemon_client_id
  certificate    = module.certificate.pem
  private_key_wo = module.certificate.private_key
  scopes         = var.scopes

  depends_on = [module.entra]
}

# ---------------------------------------------------------------------------
# Aurinko: the tenant and its mailboxes
# ---------------------------------------------------------------------------

resource "aurinko_service_account" "tenant" {
  name   = var.name
  scopes = var.scopes

  office365 = {
    tenant_id       = module.entra.tenant_id
    oauth_client_id = aurinko_office365_daemon.this.client_id
  }

  # Wait for the permissions.
  depends_on = [module.entra]
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = aurinko_service_account.tenant.id
  email              = each.key
  name               = each.value
  scopes             = var.scopes
  ensure_access      = true # the apply fails if Aurinko cannot reach the mailbox
}

# Every plan and apply warns if Aurinko cannot reach a mailbox.
check "tokens" {
  assert {
    condition     = aurinko_service_account.tenant.token_status == "active"
    error_message = "Aurinko cannot reach the tenant: the token is ${aurinko_service_account.tenant.token_status}."
  }
  assert {
    condition     = alltrue([for mailbox in aurinko_managed_account.mailbox : mailbox.token_status == "active"])
    error_message = "Aurinko cannot reach ${join(", ", [for email, mailbox in aurinko_managed_account.mailbox : email if mailbox.token_status != "active"])}."
  }
}
