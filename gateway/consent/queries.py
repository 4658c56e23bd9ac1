"""The statements about consent."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

CONSENT = load_queries(Path(__file__).parent / "consent.sql")
