"""What is said in whose language: catalogues of plugins, the language of a contact, words that command."""
