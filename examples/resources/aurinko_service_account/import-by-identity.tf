import {
  to = aurinko_service_account.google

  identity = {
    id = "12345" # the id of the account at Aurinko
  }
}
