# The URL at which an administrator consents to a service account.
data "aurinko_authorization_url" "acme" {
  service_type  = "Office365"
  scopes        = ["Mail.Read", "Calendar.ReadWrite"]
  return_url    = "https://connect.acme.example/aurinko"
  client_org_id = "acme"
}

output "authorization_url" {
  value = data.aurinko_authorization_url.acme.url
}
