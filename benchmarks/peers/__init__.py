"""What we are measured against: each a small server with its framework's best settings."""
