"""What happens after the sale: buyers who withdraw from the contract."""
