output "authorization_url" {
  value = provider::aurinko::authorize_url(
    "0a1b2c3d4e5f", # Client ID of the Aurinko application
    "Google",
    ["Mail.ReadWrite", "Mail.Send"],
    "https://connect.acme.example/aurinko",
    { login_hint = "anna@acme.example" },
  )
}
