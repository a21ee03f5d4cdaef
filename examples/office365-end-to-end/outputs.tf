output "account_ids" {
  description = "Aurinko's account ID of each mailbox, for the requests of your own program."
  value       = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}

output "certificate" {
  description = "The daemon's certificate: its thumbprint as Microsoft Entra shows it, and its expiry."
  value = {
    thumbprint = aurinko_office365_daemon.this.certificate_thumbprint
    not_after  = aurinko_office365_daemon.this.certificate_not_after
  }
}
