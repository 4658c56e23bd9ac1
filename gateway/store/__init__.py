"""Durable state behind one small port, on SQLite or PostgreSQL."""
