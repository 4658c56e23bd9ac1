"""What happened, for whoever follows: the log of events, its stream, webhooks out."""
