data "aurinko_oauth_registrations" "this" {}

# The Client ID at each mail service, such as { "Google" = "…", "Office365/daemon" = "…" }.
output "client_ids" {
  value = {
    for registration in data.aurinko_oauth_registrations.this.registrations : registration.id => registration.client_id
  }
}
