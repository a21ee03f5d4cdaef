import {
  to = aurinko_service_account.google
  id = "12345" # ID of the account at Aurinko
}
