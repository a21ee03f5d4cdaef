variable "google_service_account_id" {
  description = "ID of the service account for the domain."
  type        = string
}

resource "aurinko_managed_account" "sales" {
  service_account_id = var.google_service_account_id
  email              = "sales@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]
}

# Check the mailbox at any time:
#   terraform apply -invoke=action.aurinko_check_account.sales
action "aurinko_check_account" "sales" {
  config {
    account_id = aurinko_managed_account.sales.id
  }
}

# Check it after every write, too. The trigger is not in the mailbox's own
# lifecycle block: from Terraform 1.16 on, -invoke fails for an action that
# refers to the resource that triggers it.
resource "terraform_data" "sales_written" {
  input = aurinko_managed_account.sales

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.aurinko_check_account.sales]
    }
  }
}
