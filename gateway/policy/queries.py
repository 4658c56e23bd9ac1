"""The gate's SQL, by name."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

POLICY = load_queries(Path(__file__).parent / "policy.sql")
QUOTA = load_queries(Path(__file__).parent / "quota.sql")
