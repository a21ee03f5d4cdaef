variable "mailbox_id" {
  description = "ID of the managed account."
  type        = string
}

resource "aurinko_booking_profile" "intro" {
  account_id             = var.mailbox_id
  name                   = "intro"
  subject                = "Introduction"
  duration_minutes       = 45
  buffer_between_minutes = 15
  start_conference       = true

  # In January only.
  availability_intervals = [{
    start_date = "2027-01-01"
    end_date   = "2027-01-31"
    hours      = [{ start = "09:00:00", end = "12:00:00" }]
  }]
}
