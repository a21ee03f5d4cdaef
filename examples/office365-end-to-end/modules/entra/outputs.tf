output "tenant_id" {
  description = "The tenant that the app registrations are in."
  value       = data.azuread_client_config.current.tenant_id
}

output "oauth_client_id" {
  description = "Application (client) id of the app registration with which people sign in."
  value       = azuread_application.oauth.client_id
}

output "oauth_client_secret" {
  description = "Its client secret."
  value       = azuread_application_password.oauth.value
  sensitive   = true
}

output "daemon_client_id" {
  description = "Application (client) id of the daemon app registration."
  value       = azuread_application.daemon.client_id
}
