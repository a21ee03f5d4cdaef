# Terraform 1.16 or later.

variable "google_service_account_id" {
  description = "ID of the service account for the domain."
  type        = string
}

resource "aurinko_managed_account" "sales" {
  service_account_id = var.google_service_account_id
  email              = "sales@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]

  lifecycle {
    # The mailbox is kept when the check fails: "taint" would delete it with the
    # next apply, and create a new one.
    action_trigger {
      events     = [after_create, after_update]
      actions    = [action.aurinko_check_account.written]
      on_failure = continue
    }

    # Whoever holds an access token loses it before the account goes.
    action_trigger {
      events     = [before_destroy]
      actions    = [action.aurinko_revoke_account_token.leaving]
      on_failure = continue
    }
  }
}

# "caller" is the resource that triggers the action.
action "aurinko_check_account" "written" {
  config {
    account_id = caller.id
  }
}

action "aurinko_revoke_account_token" "leaving" {
  config {
    account_id = caller.id
  }
}
