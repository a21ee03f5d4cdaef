# The group booking profiles of the application. Terraform lists 100 unless you raise the limit.
list "aurinko_group_booking_profile" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}
