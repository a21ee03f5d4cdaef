output "authorization_url" {
  description = "Send it to the administrator."
  value       = data.aurinko_authorization_url.acme.url
}

output "service_account_id" {
  description = "The account at Aurinko; null before the consent."
  value       = one(aurinko_service_account.acme[*].id)
}
