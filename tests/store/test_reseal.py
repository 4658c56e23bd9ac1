"""Rotation of the secret that seals, under load, on both databases."""

from __future__ import annotations

import asyncio
import random

from msgspec import Struct

from gateway.store.port import Row, Store, Tx
from gateway.store.reseal import COLUMNS, Reseal
from gateway.store.seal import Place, Seal

OLD, NEW = "o" * 40, "n" * 40
ROWS = 600
_ADD = """
insert into tenant_plugin (tenant, plugin, position, enabled, settings, updated_at, revision)
values (:tenant, :plugin, 0, 1, :settings, 0, 0)
"""
_READ = "select settings from tenant_plugin where tenant = :tenant and plugin = :plugin"
_WRITE = "update tenant_plugin set settings = :settings where tenant = :tenant and plugin = :plugin"


def place(n: int) -> Place:
    """Where row *n* is."""
    return Place(f"t{n % 7}", "tenant_plugin", "settings", f"p{n:04}")


async def fill(store: Store, seal: Seal, rows: int = ROWS) -> None:
    """Rows that are sealed, of seven tenants."""
    values = [
        {"tenant": at.tenant, "plugin": at.row, "settings": seal.close(b"secret 0", at)}
        for at in map(place, range(rows))
    ]
    await store.write(lambda tx: tx.many(_ADD, values))


async def read(store: Store, n: int) -> bytes:
    """What row *n* holds, sealed."""

    async def work(tx: Tx) -> bytes:
        return bytes(await tx.value(_READ, tenant=place(n).tenant, plugin=place(n).row))

    return await store.read(work)


class Load(Struct):
    """What readers and writers did while the secret was changed."""

    reads: int = 0
    writes: int = 0
    failures: int = 0


async def test_a_rotation_under_load_fails_nobody(store: Store) -> None:
    """Readers and writers go on while 600 rows move to the new secret: no failure, no lost write, no row
    left; then the old secret can go."""
    await fill(store, Seal([OLD]))
    seal, load, over = Seal([NEW, OLD]), Load(), asyncio.Event()
    written: dict[int, int] = {}

    async def reader(seed: int) -> None:
        pick = random.Random(seed)
        while not over.is_set():
            n = pick.randrange(ROWS)
            try:
                assert seal.open(await read(store, n), place(n)).startswith(b"secret ")
                load.reads += 1
            except Exception:
                load.failures += 1

    async def writer(seed: int, of: int) -> None:
        pick, value = random.Random(seed), 0
        while not over.is_set():
            n, value = pick.randrange(of, ROWS, 3), value + 1
            values = {"tenant": place(n).tenant, "plugin": place(n).row}
            sealed = seal.close(f"secret {value}".encode(), place(n))
            await store.write(lambda tx, v=values, s=sealed: tx.run(_WRITE, settings=s, **v))
            written[n] = value
            load.writes += 1

    tasks = [asyncio.create_task(reader(n)) for n in range(4)]
    tasks += [asyncio.create_task(writer(n, n)) for n in range(3)]
    await asyncio.sleep(0.1)
    stage = Reseal(store, seal, batch=50)
    before = await stage.rows_left()
    done, lost = await stage.once()
    left = await stage.rows_left()
    await asyncio.sleep(0.1)
    over.set()
    await asyncio.gather(*tasks)

    print(f"{store.dialect}: {before} rows before, {done} sealed again, {left} left; {load}")
    assert (lost, left, load.failures) == (0, 0, 0)
    assert load.reads > 20
    assert load.writes > 20
    alone = Seal([NEW])
    for n in range(ROWS):
        assert alone.open(await read(store, n), place(n)) == b"secret %d" % written.get(n, 0)


async def test_what_somebody_else_wrote_meanwhile_stays(store: Store) -> None:
    """A row that changed between reading and writing keeps the newer value."""
    await fill(store, Seal([OLD]), rows=1)
    seal = Seal([NEW, OLD])

    class Late(Reseal):
        """Somebody writes just before it does."""

        async def _swap(self, column: object, fresh: object) -> None:
            newer = seal.close(b"newer", place(0))
            values = {"tenant": place(0).tenant, "plugin": place(0).row, "settings": newer}
            await store.write(lambda tx: tx.run(_WRITE, **values))
            await super()._swap(column, fresh)  # type: ignore[arg-type]  # passed on as it came

    await Late(store, seal).once()
    assert seal.open(await read(store, 0), place(0)) == b"newer"


async def test_what_nobody_can_open_is_counted_and_left(store: Store) -> None:
    """Rows under a secret that is gone do not stop the others, and stay as they are."""
    await fill(store, Seal([OLD]), rows=3)
    stage = Reseal(store, Seal([NEW]), batch=2)
    assert await stage.once() == (0, 3)
    assert await stage.rows_left() == 3


async def test_it_runs_when_it_is_stirred(store: Store) -> None:
    """The stage looks at its start, and again when told that the secrets are others."""
    seal = Seal([OLD])
    stage = Reseal(store, seal)
    await fill(store, seal, rows=5)
    task = asyncio.create_task(stage.run())
    await asyncio.sleep(0.05)
    seal.renew([NEW, OLD])
    assert await stage.rows_left() == 5
    stage.stir()
    for _ in range(100):
        if not await stage.rows_left():
            break
        await asyncio.sleep(0.02)
    task.cancel()
    assert await stage.rows_left() == 0


async def test_every_sealed_column_is_known(store: Store) -> None:
    """Each column of bytes is a hash, a body, or among those that are sealed again."""
    others = {
        ("api_key", "hash"), ("operator_key", "hash"), ("contact_attribute", "digest"),
        ("contact_word", "word"), ("seen", "key"), ("idempotency", "request"), ("suppression", "hash"),
        ("dead", "body"), ("event", "body"), ("journal", "body"), ("message", "raw"), ("status", "raw"),
    }  # fmt: skip
    if store.dialect == "postgres":
        sql = (
            "select table_name as t, column_name as c from information_schema.columns "
            "where data_type = 'bytea' and table_schema = current_schema()"
        )
    else:
        sql = (
            "select m.name as t, p.name as c from sqlite_master m, pragma_table_info(m.name) p "
            "where m.type = 'table' and lower(p.type) in ('bytea', 'blob')"
        )

    async def work(tx: Tx) -> list[Row]:
        return await tx.all(sql)

    found = {(row["t"], row["c"]) for row in await store.read(work)}
    assert found - others == {(each.table, each.column) for each in COLUMNS}
