"""The REST API: what tenants' own systems ask and send."""
