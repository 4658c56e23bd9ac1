"""Carts: what a contact wants, on all channels; kept until it is ordered or forgotten."""
