import {
  to = aurinko_service_account.google

  identity = {
    id = "12345" # ID of the account at Aurinko
  }
}
