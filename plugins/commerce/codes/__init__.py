"""Discount codes: who may use which, and how often."""
