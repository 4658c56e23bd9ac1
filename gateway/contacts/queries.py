"""The statements about contacts."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

CONTACTS = load_queries(Path(__file__).parent / "contacts.sql")
