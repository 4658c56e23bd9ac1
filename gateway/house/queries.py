"""The house's SQL."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

HOUSE_SQL = load_queries(Path(__file__).with_name("house.sql"))
