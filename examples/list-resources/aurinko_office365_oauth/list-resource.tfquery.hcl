# The application has these settings once, or not at all.
list "aurinko_office365_oauth" "this" {
  provider         = aurinko
  include_resource = true
}
