"""The SQL of the cluster, by name."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

CLUSTER = load_queries(Path(__file__).parent.parent / "store" / "queries" / "cluster.sql")
