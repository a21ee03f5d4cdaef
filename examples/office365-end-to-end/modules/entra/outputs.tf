output "tenant_id" {
  description = "Tenant of the app registrations."
  value       = data.azuread_client_config.current.tenant_id
}

output "oauth_client_id" {
  description = "Application (client) ID of the app registration through which people sign in."
  value       = azuread_application.oauth.client_id
}

output "oauth_client_secret" {
  description = "Client secret of the same app registration."
  value       = azuread_application_password.oauth.value
  sensitive   = true
}

output "daemon_client_id" {
  description = "Application (client) ID of the daemon app registration."
  value       = azuread_application.daemon.client_id
}
