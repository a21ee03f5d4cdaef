# The application has these settings once, or not at all.
list "aurinko_office365_daemon" "this" {
  provider         = aurinko
  include_resource = true
}
