import {
  to = aurinko_managed_account.sales

  identity = {
    id = "12346" # ID of the account at Aurinko
  }
}
