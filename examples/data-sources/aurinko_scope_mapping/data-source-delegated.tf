# The permissions of the app registration through which people sign in:
# delegated ones, with those that Aurinko always requests.
data "aurinko_scope_mapping" "oauth" {
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
}

output "permissions" {
  value = data.aurinko_scope_mapping.oauth.all_permissions
}

# Which scope needs which permission, such as { "Mail.Send" = ["Mail.Send"] }.
output "mappings" {
  value = data.aurinko_scope_mapping.oauth.mappings
}
