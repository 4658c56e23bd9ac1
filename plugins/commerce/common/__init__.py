"""What all parts of the shop use."""
