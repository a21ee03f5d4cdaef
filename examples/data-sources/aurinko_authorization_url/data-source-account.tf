# The URL at which a person connects their own mailbox.
data "aurinko_authorization_url" "person" {
  flow         = "account"
  service_type = "Google"
  scopes       = ["Mail.Read", "Calendar.Read"]
  return_url   = "https://connect.acme.example/aurinko"
  login_hint   = "ada@acme.example"
}

output "person" {
  value = data.aurinko_authorization_url.person.url
}
