"""The store on SQLite: one process, one writer, group commit."""
