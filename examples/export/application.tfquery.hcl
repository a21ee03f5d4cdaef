# Everything of an application that this provider manages. Terraform lists 100 of
# each unless a limit is higher.

list "aurinko_office365_oauth" "settings" {
  provider         = aurinko
  include_resource = true
}

list "aurinko_office365_daemon" "settings" {
  provider         = aurinko
  include_resource = true
}

list "aurinko_google_oauth" "settings" {
  provider         = aurinko
  include_resource = true
}

list "aurinko_zoho_oauth" "settings" {
  provider         = aurinko
  include_resource = true
}

list "aurinko_service_account" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 1000
}

list "aurinko_managed_account" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}

list "aurinko_account" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}

list "aurinko_subscription" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}

list "aurinko_group_booking_profile" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 1000
}

list "aurinko_booking_profile" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}
