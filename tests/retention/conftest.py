"""A keeper over a store, and rows of any age."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.channels import Channels
from gateway.clock import ManualClock
from gateway.media.files import Files
from gateway.media.sweep import Sweep
from gateway.model.ids import smallest_id
from gateway.observe import Metrics
from gateway.retention.keeper import Keeper
from gateway.settings import load
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory

CONFIG = f"""[server]
secret = "{"s" * 40}"
[[tenants]]
id = "duka"
[[tenants]]
id = "soko"
[tenants.retention]
messages = "30d"
"""
_numbers = itertools.count(1)

#: What columns hold that a test says nothing of, by their name.
_TEXTS = {"content": "{}", "detail": "{}", "error": "", "body": "{}", "answer": "{}", "data": "[]"}


class Yard:
    """Writes rows and goes round."""

    def __init__(self, store: Store, folder: Path) -> None:
        path = folder / "retention.toml"
        path.write_text(CONFIG)
        settings = load(path)
        self.store, self.clock, self.metrics = store, ManualClock(), Metrics()
        channels = Channels(settings, {}, silent=True)
        self.directory = Directory(settings, channels, store, Seal(settings.server.secret))
        self.files = Files(settings, store, self.clock)
        self.pauses: list[float] = []
        self._columns: dict[str, list[tuple[str, str]]] = {}

    @property
    def now(self) -> int:
        """The clock's time."""
        return self.clock.now()

    def keeper(self, pause: Callable[[float], Awaitable[None]] | None = None) -> Keeper:
        """A leader."""
        sweep = Sweep(self.files, self.store, self.clock)
        return Keeper(self.store, self.directory, sweep, self.metrics, self.clock, pause or self._pause)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def id(self, at: int) -> str:
        """A new id of the time *at*."""
        return f"{smallest_id(at)[:24]}{next(_numbers):012x}"

    async def add(self, table: str, **values: Any) -> dict[str, Any]:
        """A row of *table*: what is not named is empty."""
        if table not in self._columns:
            self._columns[table] = await self.store.read(lambda tx: self._shape(tx, table))
        row = {name: values.get(name, self._empty(name, kind)) for name, kind in self._columns[table]}
        names = ", ".join(row)
        sql = f"insert into {table} ({names}) values ({', '.join(f':{name}' for name in row)})"
        await self.store.write(lambda tx: tx.run(sql, **row))
        return row

    async def _shape(self, tx: Tx, table: str) -> list[tuple[str, str]]:
        if self.store.dialect == "sqlite":
            rows = await tx.all(f"select name, type from pragma_table_info('{table}')")
        else:
            rows = await tx.all(
                "select column_name as name, data_type as type from information_schema.columns"
                f" where table_name = '{table}' and table_schema = current_schema() and is_identity = 'NO'"
            )
        return [(row["name"], row["type"]) for row in rows]

    @staticmethod
    def _empty(name: str, kind: str) -> Any:
        if "bytea" in kind:
            return b""
        return _TEXTS.get(name, "") if kind == "text" else 0

    async def rows(self, sql: str) -> list[Any]:
        """What *sql* answers, each row as a tuple or, of one column, its value."""
        found = await self.store.read(lambda tx: tx.all(sql))
        made = [tuple(row[name] for name in row.keys()) for row in found]  # noqa: SIM118
        return sorted(row[0] if len(row) == 1 else row for row in made)

    async def message(self, tenant: str, at: int, *, direction: str = "out", **more: Any) -> str:
        """A message of the time *at* with its conversation and contact; its id."""
        id = self.id(at)
        await self.add(
            "message", tenant=tenant, id=id, channel="main", conversation="v", contact="c",
            direction=direction, type="text", parts=0, at=at, created_at=at, **more,
        )  # fmt: skip
        return id


@pytest.fixture
async def yard(store: Store, tmp_path: Path) -> Yard:
    """Two tenants of the file: duka keeps what all keep, soko its messages for 30 days."""
    made = Yard(store, tmp_path)
    for tenant in ("duka", "soko"):
        await made.add("tenant", tenant=tenant, origin="file", language="en", policy="{}", retention="{}")
    return made
