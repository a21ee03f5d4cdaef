output "account_ids" {
  description = "Aurinko's account id of each mailbox by customer, for the calls of your own program."
  value       = { for id, customer in module.customer : id => customer.account_ids }
}

output "out_of_reach" {
  description = "By customer, the mailboxes that Aurinko does not get into any more."
  value       = { for id, customer in module.customer : id => customer.out_of_reach if length(customer.out_of_reach) > 0 }
}
