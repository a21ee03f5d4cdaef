data "aurinko_application" "this" {}

# Stops a plan with the credentials of a trial application.
output "application" {
  value = data.aurinko_application.this.name

  precondition {
    condition     = data.aurinko_application.this.trial != true
    error_message = "These are the credentials of a trial application."
  }
}
