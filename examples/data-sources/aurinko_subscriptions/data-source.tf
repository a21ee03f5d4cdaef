# The subscriptions of the whole application that notify nobody.
data "aurinko_subscriptions" "all" {}

output "inactive" {
  value = {
    for subscription in data.aurinko_subscriptions.all.subscriptions : subscription.id => subscription.fail_description
    if subscription.active == false
  }
}
