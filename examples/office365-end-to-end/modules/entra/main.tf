terraform {
  required_providers {
    azuread = {
      source  = "hashicorp/azuread"
      version = "~> 3.0"
    }
  }
}

# The tenant that the azuread provider is signed in to.
data "azuread_client_config" "current" {}

# Microsoft Graph, which every tenant has.
data "azuread_service_principal" "graph" {
  client_id = var.delegated.resource_app_id
}

# ---------------------------------------------------------------------------
# People sign in to their own mailboxes
# ---------------------------------------------------------------------------

resource "azuread_application" "oauth" {
  display_name     = var.name
  sign_in_audience = "AzureADMyOrg" # AzureADMultipleOrgs for users of other tenants

  web {
    redirect_uris = [var.redirect_uri]
  }

  required_resource_access {
    resource_app_id = var.delegated.resource_app_id

    dynamic "resource_access" {
      for_each = var.delegated.resource_access
      content {
        id   = resource_access.value.id
        type = resource_access.value.type
      }
    }
  }
}

resource "azuread_application_password" "oauth" {
  application_id = azuread_application.oauth.id
  display_name   = "Aurinko"

  rotate_when_changed = {
    version = var.client_secret_version
  }

  # Aurinko has the new secret before Microsoft deletes the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "azuread_service_principal" "oauth" {
  client_id = azuread_application.oauth.client_id
}

# The administrator's consent: users are not asked when they sign in.
resource "azuread_service_principal_delegated_permission_grant" "oauth" {
  service_principal_object_id          = azuread_service_principal.oauth.object_id
  resource_service_principal_object_id = data.azuread_service_principal.graph.object_id
  claim_values                         = [for access in var.delegated.resource_access : access.value]
}

# ---------------------------------------------------------------------------
# The daemon reaches the mailboxes of the whole tenant
# ---------------------------------------------------------------------------

resource "azuread_application" "daemon" {
  display_name     = "${var.name} (daemon)"
  sign_in_audience = "AzureADMyOrg"

  required_resource_access {
    resource_app_id = var.application.resource_app_id

    dynamic "resource_access" {
      for_each = var.application.resource_access
      content {
        id   = resource_access.value.id
        type = resource_access.value.type
      }
    }
  }
}

resource "azuread_application_certificate" "daemon" {
  application_id = azuread_application.daemon.id
  type           = "AsymmetricX509Cert"
  value          = var.certificate.pem
  end_date       = var.certificate.not_after

  # Aurinko has the new certificate before Microsoft deletes the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "azuread_service_principal" "daemon" {
  client_id = azuread_application.daemon.client_id
}

# The administrator's consent, which application permissions always need.
resource "azuread_app_role_assignment" "daemon" {
  for_each = { for access in var.application.resource_access : access.value => access.id }

  app_role_id         = each.value
  principal_object_id = azuread_service_principal.daemon.object_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}
