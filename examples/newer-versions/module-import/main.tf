# Terraform 1.16 or later.

variable "service_account_id" {
  description = "ID of the service account that the mailbox is under."
  type        = string
}

variable "mailbox_id" {
  description = "ID of the mailbox at Aurinko."
  type        = string
}

module "customer" {
  source = "./modules/customer"

  service_account_id = var.service_account_id
  mailboxes          = { "existing@existing.example" = var.mailbox_id }
}
