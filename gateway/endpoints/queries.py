"""The SQL of webhooks out, by name."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

ENDPOINTS = load_queries(Path(__file__).parent.parent / "store" / "queries" / "endpoint.sql")
