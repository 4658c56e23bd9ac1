"""What a cart costs: a pure function of lines, discounts, delivery and the shop's rules."""
