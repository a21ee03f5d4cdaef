output "account_ids" {
  description = "Aurinko's account ID of each mailbox by customer, for the requests of your own program."
  value       = { for id, customer in module.customer : id => customer.account_ids }
}

output "out_of_reach" {
  description = "By customer, the mailboxes that Aurinko cannot reach."
  value       = { for id, customer in module.customer : id => customer.out_of_reach if length(customer.out_of_reach) > 0 }
}
