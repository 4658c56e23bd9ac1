"""What is said and with whom: messages, conversations, contacts, files, templates."""
