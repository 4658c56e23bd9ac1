"""Work outside turns: jobs, at least once, each with its own key; results come back as events."""
