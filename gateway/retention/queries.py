"""The statements of retention."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

RETENTION = load_queries(Path(__file__).with_name("retention.sql"))
