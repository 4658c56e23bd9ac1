"""From the cart to the order: name, e-mail, phone, delivery, payment, a last look, and the order."""
