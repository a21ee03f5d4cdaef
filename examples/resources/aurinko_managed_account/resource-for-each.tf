variable "service_account_id" {
  description = "ID of a service account that exists."
  type        = string
}

variable "mailboxes" {
  description = "Mailboxes by email address."
  type = map(object({
    name     = string
    timezone = optional(string, "Europe/Vienna")
    scopes   = optional(set(string), ["Mail.Read", "Calendar.Read"])
  }))
  default = {
    "office@acme.example"  = { name = "Front office" }
    "support@acme.example" = { name = "Support", scopes = ["Mail.ReadWrite", "Mail.Send"] }
    "tokyo@acme.example"   = { name = "Branch in Tokyo", timezone = "Asia/Tokyo" }
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = var.service_account_id

  email    = each.key
  name     = each.value.name
  timezone = each.value.timezone
  scopes   = each.value.scopes
}
