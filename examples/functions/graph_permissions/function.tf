# The permissions that the app registrations at Microsoft Entra need: for people
# who sign in, and for the daemon.
output "delegated" {
  value = provider::aurinko::graph_permissions(["Mail.ReadWrite", "Mail.Send"], "delegated")
}

output "application" {
  value = provider::aurinko::graph_permissions(["Mail.ReadWrite", "Mail.Send"], "application")
}
