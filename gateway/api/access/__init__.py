"""Who may ask, and how often: keys, scopes, the door, limits, and what is known of who did what."""
