"""The log's SQL."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

FEED = load_queries(Path(__file__).parent.parent / "store" / "queries" / "feed.sql")
