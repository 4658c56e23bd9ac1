"""The statements about templates."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

TEMPLATE = load_queries(Path(__file__).parent.parent / "store" / "queries" / "template.sql")
