output "authorization_url" {
  description = "URL to send to the administrator."
  value       = data.aurinko_authorization_url.acme.url
}

output "service_account_id" {
  description = "ID of the account at Aurinko. Null before the consent."
  value       = one(aurinko_service_account.acme[*].id)
}
