# For the azuread provider: what required_resource_access of each app
# registration at Microsoft Entra needs.
output "required_resource_access" {
  description = "Microsoft Graph permissions of the two app registrations."
  value = {
    oauth = {
      resource_app_id = data.aurinko_scope_mapping.oauth.resource_app_id
      resource_access = data.aurinko_scope_mapping.oauth.resource_access
    }
    daemon = {
      resource_app_id = data.aurinko_scope_mapping.daemon.resource_app_id
      resource_access = data.aurinko_scope_mapping.daemon.resource_access
    }
  }
}

output "certificate" {
  description = "The daemon's certificate: its thumbprint as Microsoft Entra shows it, and its expiry."
  value = {
    thumbprint = aurinko_office365_daemon.this.certificate_thumbprint
    not_after  = aurinko_office365_daemon.this.certificate_not_after
  }
}

output "account_ids" {
  description = "Aurinko's account ID of each mailbox, for the requests of your own program."
  value       = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}
