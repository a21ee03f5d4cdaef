import {
  to = aurinko_account.info

  identity = {
    id = "12345" # ID of the account at Aurinko
  }
}
