"""Orders: what was agreed, where it stands, and who was told."""
