"""What the shop sells: categories, products, their variants, pictures; reading and writing them."""
