# The application has these settings once, or not at all.
list "aurinko_zoho_oauth" "this" {
  provider         = aurinko
  include_resource = true
}
