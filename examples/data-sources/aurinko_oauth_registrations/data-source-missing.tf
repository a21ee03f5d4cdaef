data "aurinko_oauth_registrations" "current" {}

# An Office 365 service account needs the daemon app registration.
output "has_office365_daemon" {
  value = contains([for registration in data.aurinko_oauth_registrations.current.registrations : registration.id], "Office365/daemon")
}
