output "service_account_id" {
  description = "ID of the customer's service account at Aurinko."
  value       = aurinko_service_account.this.id
}

output "account_ids" {
  description = "ID of each mailbox's account at Aurinko, by address."
  value       = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}

output "out_of_reach" {
  description = "Addresses of the mailboxes that Aurinko cannot reach."
  value       = [for email, mailbox in aurinko_managed_account.mailbox : email if mailbox.token_status != "active"]
}
