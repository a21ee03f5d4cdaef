data "aurinko_application" "current" {}

output "capabilities" {
  value = data.aurinko_application.current.capabilities
}
