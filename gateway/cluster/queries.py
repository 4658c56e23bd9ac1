"""The SQL of the cluster, by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.store.port import Dialect
from gateway.store.sql import Queries, load_queries

_FILE = Path(__file__).parent.parent / "store" / "queries" / "cluster.sql"
CLUSTER = load_queries(_FILE)


@cache
def cluster_queries(dialect: Dialect) -> Queries:
    """The same for *dialect*: what the time is, each database says in its own way."""
    return load_queries(_FILE, dialect)
