# Changes an account in the simulator, as the portal or the mail service does.
variable "account" {
  description = "ID or email address of the account."
  type        = string
}

variable "change" {
  description = "Fields to change, such as tokenStatus or name."
  type        = map(string)
}

resource "terraform_data" "change" {
  triggers_replace = [var.account, var.change]

  provisioner "local-exec" {
    command = "curl --fail-with-body --silent --show-error --request PATCH --data \"$CHANGE\" \"$AURINKO_BASE_URL/_simulator/accounts/$ACCOUNT\""
    environment = {
      ACCOUNT = var.account
      CHANGE  = jsonencode(var.change)
    }
  }
}
