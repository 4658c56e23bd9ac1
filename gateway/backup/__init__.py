"""Backups: one file with the database and the files, and the way back from it."""
