import {
  to = aurinko_managed_account.sales

  identity = {
    id = "12346" # the id of the account at Aurinko
  }
}
