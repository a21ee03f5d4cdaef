# All connections to Exchange servers.
list "aurinko_service_account" "exchange" {
  provider         = aurinko
  include_resource = true

  config {
    service_type = "EWS"
  }
}
