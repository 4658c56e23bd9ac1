"""What is served: tenants, channels, plugins."""
