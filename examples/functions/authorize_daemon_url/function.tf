output "authorization_url" {
  value = provider::aurinko::authorize_daemon_url(
    "0a1b2c3d4e5f", # Client ID of the Aurinko application
    "Office365",
    ["Mail.Read", "Calendar.ReadWrite"],
    "https://connect.acme.example/aurinko",
    { client_org_id = "acme", ensure_scopes = true },
  )
}
