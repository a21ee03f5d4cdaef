# The group booking profiles of one customer, to import by their IDs.
data "aurinko_group_booking_profiles" "customer" {
  client_org_id = "acme"
}

output "group_booking_profiles" {
  value = { for profile in data.aurinko_group_booking_profiles.customer.profiles : profile.id => profile.name }
}
