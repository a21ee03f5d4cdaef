# The ID of the account and the ID of the subscription.
terraform import aurinko_subscription.messages 100/12345
