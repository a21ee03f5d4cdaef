import {
  to = aurinko_subscription.messages
  id = "100/12345" # ID of the account and ID of the subscription
}
