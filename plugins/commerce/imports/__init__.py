"""Products in files: CSV in and out."""
