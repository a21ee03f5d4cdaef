# ["Calendar.Read", "Mail.Drafts", "Mail.Read"]
output "scopes" {
  value = provider::aurinko::canonical_scopes(["Mail.ReadOnly", "Mail.Draft", "Calendar.ReadOnly"])
}
