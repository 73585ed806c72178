"""Who sells and from where: the shop's profile, its warehouses."""
