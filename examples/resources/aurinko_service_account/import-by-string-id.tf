import {
  to = aurinko_service_account.google
  id = "12345" # the id of the account at Aurinko
}
