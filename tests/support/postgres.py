"""The test kit's PostgreSQL, under the name that our own tests have for it."""

from __future__ import annotations

from gateway.testing.postgres import (
    PASSWORD,
    ROLES,
    PostgresServer,
    Urls,
    apart,
    drop_database,
    make_database,
    role_url,
    run_statements,
    start_postgres,
)

__all__ = [
    "PASSWORD",
    "ROLES",
    "PostgresServer",
    "Urls",
    "apart",
    "drop_database",
    "make_database",
    "role_url",
    "run_statements",
    "start_postgres",
]
