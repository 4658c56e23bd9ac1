"""Forgetting a contact, and giving a contact what is known of them: every table, files, the journal,
plugins."""
