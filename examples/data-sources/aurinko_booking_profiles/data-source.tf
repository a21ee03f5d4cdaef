variable "mailbox_id" {
  description = "ID of the managed account."
  type        = string
}

# The booking profiles of one mailbox, to import by their IDs.
data "aurinko_booking_profiles" "mailbox" {
  account_id = var.mailbox_id
}

output "booking_profiles" {
  value = { for profile in data.aurinko_booking_profiles.mailbox.profiles : profile.id => profile.name }
}
