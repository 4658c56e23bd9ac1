"""What both databases promise behind the port."""

from __future__ import annotations

import asyncio

import pytest

from gateway.errors import HandleRevoked, StatementFailed, StatementRefused, StoreError
from gateway.store import Store, Tx, connect
from tests.support.postgres import Urls

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, :at)"
COUNT = "select count(*) from seen"
OWN = "select count(*) from seen where tenant = :tenant"


def adding(key: bytes, tenant: str = "a", at: int = 1):
    async def work(tx: Tx) -> bytes:
        await tx.run(ADD, tenant=tenant, key=key, at=at)
        return key

    return work


async def count(store: Store) -> int:
    return await store.read(lambda tx: tx.value(COUNT))


async def keys(store: Store) -> list[bytes]:
    rows = await store.read(lambda tx: tx.all("select key from seen order by key"))
    return [bytes(row["key"]) for row in rows]


async def test_a_write_is_durable_and_visible_to_readers(store: Store, store_urls: Urls) -> None:
    """What write returned is there for a reader, and still there after closing and opening again."""
    assert await store.write(adding(b"k")) == b"k"
    assert await count(store) == 1
    await store.close()
    again = connect(store_urls.url, worker_url=store_urls.worker_url)
    await again.open()
    try:
        assert await count(again) == 1
    finally:
        await again.close()


async def test_a_failing_unit_does_not_hurt_its_neighbours(store: Store) -> None:
    """Of many units at once only the ones that fail are undone, each wholly."""

    async def failing(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"undone", at=1)
        raise LookupError("no")

    async def doubled(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"twice", at=1)
        await tx.run(ADD, tenant="a", key=b"twice", at=1)

    works = [adding(b"%03d" % n) for n in range(30)]
    results = await asyncio.gather(
        *(store.write(work, urgent=n % 2 == 0) for n, work in enumerate(works)),
        store.write(failing),
        store.write(doubled),
        return_exceptions=True,
    )
    assert isinstance(results[30], LookupError)
    assert isinstance(results[31], StatementFailed)
    assert await keys(store) == [b"%03d" % n for n in range(30)]


async def test_a_failed_statement_spoils_the_unit_even_when_it_was_caught(store: Store) -> None:
    """Swallowing the error keeps nothing, on either database."""

    async def swallowing(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"first", at=1)
        with pytest.raises(StatementFailed):
            await tx.run("insert into no_such_table values (1)")

    async def going_on(tx: Tx) -> None:
        with pytest.raises(StatementFailed):
            await tx.run("insert into no_such_table values (1)")
        await tx.run(ADD, tenant="a", key=b"after", at=1)

    for work in (swallowing, going_on):
        with pytest.raises(StatementFailed):
            await store.write(work)
    assert await count(store) == 0


async def test_a_reader_cannot_write(store: Store) -> None:
    """A read that tries to write raises, and the store goes on."""
    with pytest.raises(StatementFailed):
        await store.read(adding(b"k"))
    assert await count(store) == 0


async def test_a_tx_is_dead_after_its_unit(store: Store) -> None:
    """A Tx that was kept cannot write into another's unit."""
    kept: list[Tx] = []

    async def keeping(tx: Tx) -> None:
        kept.append(tx)

    await store.write(keeping)
    with pytest.raises(HandleRevoked):
        await kept[0].run(ADD, tenant="a", key=b"late", at=1)
    assert await count(store) == 0


async def test_each_returns_rows_in_order_and_many_writes_all(store: Store) -> None:
    """`each` gives what RETURNING gave for every row, in the order asked."""
    rows = [{"tenant": "a", "key": b"%d" % n, "at": n} for n in (3, 1, 2)]

    async def work(tx: Tx) -> list[int]:
        await tx.many(ADD, [{"tenant": "b", "key": b"k", "at": 1}])
        assert await tx.many(ADD, []) == 0
        found = await tx.each(ADD + " returning at", rows)
        return [row["at"] for row in found]

    assert await store.write(work) == [3, 1, 2]
    assert await count(store) == 4


async def test_run_counts_the_rows_it_changed(store: Store) -> None:
    """Also with RETURNING, and 0 when a conflict did nothing."""

    async def work(tx: Tx) -> list[int]:
        quiet = ADD + " on conflict do nothing"
        return [
            await tx.run(quiet, tenant="a", key=b"k", at=1),
            await tx.run(quiet, tenant="a", key=b"k", at=1),
            await tx.run(ADD + " returning at", tenant="a", key=b"l", at=1),
            await tx.run("update seen set at = 2"),
            await tx.run("delete from seen"),
        ]

    assert await store.write(work) == [1, 0, 1, 2, 2]


async def test_values_are_named_and_literals_are_left_alone(store: Store) -> None:
    """A value may be used twice, and colons in literals and comments are text."""
    sql = """select cast(:n as bigint) + cast(:n as bigint) as twice, ':n' as literal, /* :gone */
        cast(:text as text) as "a:b" -- :neither"""
    row = await store.read(lambda tx: tx.one(sql, n=21, text="x"))
    assert row is not None
    assert [row[0], row["literal"], row["a:b"]] == [42, ":n", "x"]


async def test_a_missing_value_is_named(store: Store) -> None:
    """The error says which value was forgotten."""
    with pytest.raises(StatementFailed, match="at"):
        await store.write(lambda tx: tx.run(ADD, tenant="a", key=b"k"))


async def test_int64_and_bytes_come_back_unchanged(store: Store) -> None:
    """The largest and smallest integers and every byte survive."""
    raw = bytes(range(256))
    for at in (2**63 - 1, -(2**63)):
        await store.write(adding(raw + b"%d" % at, at=at))
    rows = await store.read(lambda tx: tx.all("select key, at from seen order by at desc"))
    assert [row["at"] for row in rows] == [2**63 - 1, -(2**63)]
    assert bytes(rows[0]["key"])[:256] == raw


async def test_an_integer_too_large_is_refused_as_a_statement(store: Store) -> None:
    """2^63 is nobody's outage: the unit fails, the next one works."""
    with pytest.raises(StatementFailed):
        await store.write(adding(b"k", at=2**63))
    await store.write(adding(b"k"))


async def test_nul_and_surrogates_in_text_do_not_harm_the_store(store: Store) -> None:
    """PostgreSQL refuses NUL, SQLite keeps it, both refuse half a surrogate pair; neither falls over."""

    async def naming(tx: Tx, name: str) -> None:
        await tx.run(ADD, tenant=name, key=b"k", at=1)

    if store.dialect == "postgres":
        with pytest.raises(StatementFailed):
            await store.write(lambda tx: naming(tx, "a\x00b"))
    else:
        await store.write(lambda tx: naming(tx, "a\x00b"))
    with pytest.raises(StatementFailed):
        await store.write(lambda tx: naming(tx, "\ud800"))
    await store.write(adding(b"k"))


async def test_a_unit_opens_at_its_first_write(store: Store) -> None:
    """Reading opens nothing, and what others commit meanwhile is seen."""
    unit = store.unit("a")
    assert await unit.db.value(OWN) == 0
    assert not unit.opened
    await store.write(adding(b"other"))
    assert await unit.db.value(OWN) == 1
    await unit.db.run(ADD, key=b"mine", at=1)
    assert unit.opened
    assert await unit.db.value(OWN) == 2
    await unit.rollback()
    assert await count(store) == 1


async def test_begin_opens_before_the_first_read(store: Store) -> None:
    """`async with db.begin()` makes the unit one that is committed."""
    unit = store.unit("a")
    async with unit.db.begin():
        assert await unit.db.value(OWN) == 0
        await unit.db.run(ADD, key=b"k", at=1)
    assert unit.opened
    await unit.commit(adding(b"done"))
    assert await keys(store) == [b"done", b"k"]


async def test_commit_runs_finish_in_the_same_transaction(store: Store) -> None:
    """The plugin's rows and the pipeline's commit together; the result of *finish* comes back."""
    unit = store.unit("a")
    await unit.db.run(ADD, key=b"plugin", at=1)

    async def finish(tx: Tx) -> int:
        await tx.run(ADD, tenant="a", key=b"core", at=1)
        return await tx.value(OWN, tenant="a")

    assert await unit.commit(finish) == 2
    assert await count(store) == 2


async def test_a_failing_finish_undoes_the_plugins_writes(store: Store) -> None:
    """Nothing of a unit is kept when its finish raises."""
    unit = store.unit("a")
    await unit.db.run(ADD, key=b"plugin", at=1)

    async def finish(tx: Tx) -> None:
        raise LookupError("no")

    with pytest.raises(LookupError):
        await unit.commit(finish)
    assert await count(store) == 0
    await store.write(adding(b"next"))


async def test_a_handle_is_revoked_with_its_unit(store: Store) -> None:
    """After commit or rollback the handle refuses, also to read; a second rollback is harmless."""
    committed, undone = store.unit("a"), store.unit("a")
    await committed.db.run(ADD, key=b"k", at=1)
    await committed.commit(adding(b"f"))
    await undone.rollback()
    for unit in (committed, undone):
        for use in (unit.db.value(OWN), unit.db.run(ADD, key=b"late", at=1), unit.commit(adding(b"x"))):
            with pytest.raises(HandleRevoked):
                await use
        await unit.rollback()
    assert await keys(store) == [b"f", b"k"]


async def test_commit_of_an_unopened_unit_says_what_to_do(store: Store) -> None:
    """A unit that wrote nothing has nothing to commit."""
    unit = store.unit("a")
    with pytest.raises(StoreError, match=r"Store\.write"):
        await unit.commit(adding(b"k"))
    await unit.rollback()


async def test_the_tenant_is_bound_and_cannot_be_given(store: Store) -> None:
    """`:tenant` is the unit's own, whatever the plugin would like."""
    unit = store.unit("a")
    with pytest.raises(StatementRefused, match="tenant"):
        await unit.db.run(ADD, tenant="b", key=b"k", at=1)
    await unit.db.many(ADD, [{"key": b"1", "at": 1}, {"key": b"2", "at": 2}])
    await unit.commit(adding(b"f"))
    tenants = await store.read(lambda tx: tx.all("select distinct tenant from seen"))
    assert [row[0] for row in tenants] == ["a"]


async def test_a_plugins_handle_is_guarded(store: Store) -> None:
    """COMMIT through the handle is refused and ends nothing."""
    unit = store.unit("a")
    await unit.db.run(ADD, key=b"k", at=1)
    with pytest.raises(StatementRefused):
        await unit.db.run("commit")
    await unit.rollback()
    assert await count(store) == 0


async def test_cancelled_callers_leave_nothing_open(store: Store) -> None:
    """Writes and units cancelled at every possible step leave a store that works; no unit is kept by half."""

    async def pair(tx: Tx, n: int) -> None:
        await tx.run(ADD, tenant="w", key=b"a%d" % n, at=1)
        await tx.run(ADD, tenant="w", key=b"b%d" % n, at=1)

    async def turn(n: int) -> None:
        unit = store.unit("u")
        try:
            await unit.db.run(ADD, key=b"a%d" % n, at=1)
            await asyncio.sleep(0)
            await unit.db.run(ADD, key=b"b%d" % n, at=1)
            await unit.commit(lambda tx: tx.value("select 1"))
        finally:
            await unit.rollback()

    for steps in range(30):
        tasks = [
            asyncio.create_task(turn(steps)),
            asyncio.create_task(store.write(lambda tx, n=steps: pair(tx, n))),
        ]
        for _ in range(steps % 15):
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait_for(store.write(adding(b"after")), 5)
    whole: dict[tuple[str, bytes], int] = {}
    for row in await store.read(lambda tx: tx.all("select tenant, key from seen where tenant <> 'a'")):
        pair_of = (row["tenant"], bytes(row["key"])[1:])
        whole[pair_of] = whole.get(pair_of, 0) + 1
    assert set(whole.values()) <= {2}


async def test_units_of_many_turns_do_not_mix(store: Store) -> None:
    """Turns side by side, each undone or committed by itself, keep exactly their own rows."""

    async def turn(n: int) -> None:
        unit = store.unit("a")
        await unit.db.run(ADD, key=b"%02d" % n, at=n)
        await asyncio.sleep(0)
        if n % 3 == 0:
            await unit.rollback()
        else:
            await unit.commit(adding(b"f%02d" % n))

    await asyncio.gather(*(turn(n) for n in range(20)), *(store.write(adding(b"w%d" % n)) for n in range(5)))
    kept = [n for n in range(20) if n % 3]
    expected = [b"%02d" % n for n in kept] + [b"f%02d" % n for n in kept] + [b"w%d" % n for n in range(5)]
    assert await keys(store) == sorted(expected)
