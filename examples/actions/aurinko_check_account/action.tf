variable "google_service_account_id" {
  description = "ID of the service account for the domain."
  type        = string
}

resource "aurinko_managed_account" "sales" {
  service_account_id = var.google_service_account_id
  email              = "sales@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.aurinko_check_account.sales]
    }
  }
}

# Runs after the mailbox is written, and on demand:
#   terraform apply -invoke=action.aurinko_check_account.sales
action "aurinko_check_account" "sales" {
  config {
    account_id = aurinko_managed_account.sales.id
  }
}
