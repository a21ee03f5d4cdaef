variable "mailbox_ids" {
  description = "IDs of the managed accounts of the sales team."
  type        = set(string)
}

resource "aurinko_group_booking_profile" "sales" {
  name               = "sales"
  subject            = "Talk to sales"
  duration_minutes   = 30
  availability_step  = 15
  time_available_for = "P4W"

  work_hours = {
    timezone = "Europe/Vienna"
    day_schedules = [
      for day in ["monday", "tuesday", "wednesday", "thursday", "friday"] : {
        weekday   = day
        intervals = [{ start = "09:00:00", end = "12:00:00" }, { start = "13:00:00", end = "17:00:00" }]
      }
    ]
  }

  # One person of the team is enough for an appointment.
  groups = [{
    ext_id      = "sales"
    account_ids = var.mailbox_ids
    required    = "one"
  }]
}
