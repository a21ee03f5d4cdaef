import {
  to = aurinko_account.info
  id = "12345" # ID of the account at Aurinko
}
