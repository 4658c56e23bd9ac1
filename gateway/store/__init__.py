"""Durable state behind one small port, on SQLite or PostgreSQL."""

from gateway.store.connect import connect
from gateway.store.migrate import migrate, pending
from gateway.store.port import Db, Dialect, Row, Store, Tx, Unit
from gateway.store.sql import Queries, load_queries

__all__ = [
    "Db",
    "Dialect",
    "Queries",
    "Row",
    "Store",
    "Tx",
    "Unit",
    "connect",
    "load_queries",
    "migrate",
    "pending",
]
