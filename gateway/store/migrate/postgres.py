"""Migrations of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.store.migrate.source import Component


async def migrate_database(
    url: str, migrate_url: str, worker_url: str, components: Sequence[Component]
) -> list[str]:
    raise NotImplementedError


async def pending_in_database(url: str, components: Sequence[Component]) -> list[str]:
    raise NotImplementedError
