"""Walking through the shop: home, categories, products, cards; native catalogue messages; waiting for what
is sold out."""
