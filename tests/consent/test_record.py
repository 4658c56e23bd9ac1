"""Consent: events that stay, and a state that follows from the newest."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.consent import Change, record, states
from gateway.errors import StatementFailed
from gateway.model.ids import new_id
from gateway.store.port import Store, Tx

ADD = """insert into contact (tenant, id, name, username, language, created_at)
values (:tenant, :id, '', '', '', 1)"""
EVENTS = "select * from consent_event where contact = :contact order by id"
NOW = 1_000_000

steps = st.lists(
    st.tuples(st.sampled_from(["service", "marketing"]), st.sampled_from(["in", "out"])),
    min_size=1, max_size=6,
)  # fmt: skip


async def somebody(tx: Tx, tenant: str = "duka") -> str:
    """A new contact's id."""
    contact = new_id()
    await tx.run(ADD, tenant=tenant, id=contact)
    return contact


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(said=steps, seed=st.randoms(), together=st.booleans())
def test_any_order_gives_the_state_of_the_newest(said, seed, together, loop_store) -> None:
    """Heard together or one by one, the newest by its own time is the state, and all stay."""
    run, store = loop_store

    async def work(tx: Tx) -> None:
        contact = await somebody(tx)
        changes = [
            Change("duka", contact, purpose, state, "api", at=n + 1)
            for n, (purpose, state) in enumerate(said)
        ]
        newest = {each.purpose: each.state for each in changes}
        seed.shuffle(changes)
        for some in [changes] if together else [[each] for each in changes]:
            await record(tx, some, NOW)
        assert (await states(tx, "duka", [contact]))[contact] == newest
        kept = await tx.all(EVENTS, contact=contact)
        assert [row["at"] for row in kept] == [each.at for each in changes]

    run(store.write(work))


@pytest.fixture
def loop_store(store_urls):
    """A store, and what runs a coroutine in its loop: hypothesis calls from outside of one."""
    from gateway.store import connect

    with asyncio.Runner() as runner:
        store = connect(store_urls.url, worker_url=store_urls.worker_url)
        runner.run(store.open())
        yield runner.run, store
        runner.run(store.close())


async def test_what_changed_is_told_once(store: Store) -> None:
    """Only what makes the state another is a change, with what was before; the log of events has those."""

    async def work(tx: Tx) -> str:
        contact = await somebody(tx)
        told = []
        for state, at in (("in", 10), ("in", 20), ("out", 30), ("in", 25)):
            change = Change("duka", contact, "service", state, "api", "form 7", at=at)
            told += await record(tx, [change], NOW)
        assert [(each.before, each.change.state) for each in told] == [("", "in"), ("in", "out")]
        return contact

    contact = await store.write(work)
    noted = await store.read(lambda tx: tx.all("select data from feed_open order by id"))
    assert [row["data"].count('"consent.changed"') for row in noted] == [1, 1]
    assert (
        f'"contact":"{contact}","purpose":"service","state":"out","before":"in","source":"api"'
        in noted[1]["data"]
    )


async def test_of_two_at_one_time_the_later_word_counts(store: Store) -> None:
    """WhatsApp counts seconds: STOP and START within one are two words all the same."""

    async def work(tx: Tx) -> None:
        for order in permutations(("in", "out")):
            contact = await somebody(tx)
            await record(tx, [Change("duka", contact, "service", s, "keyword", at=5) for s in order], NOW)
            assert await states(tx, "duka", [contact]) == {contact: {"service": order[-1]}}

    await store.write(work)


async def test_nothing_is_of_the_future(store: Store) -> None:
    """A clock that is ahead does not outlast what is said after it."""

    async def work(tx: Tx) -> None:
        contact = await somebody(tx)
        await record(tx, [Change("duka", contact, "service", "in", "api", at=NOW * 9)], NOW)
        await record(tx, [Change("duka", contact, "service", "out", "keyword", at=NOW + 1)], NOW + 1)
        assert await states(tx, "duka", [contact]) == {contact: {"service": "out"}}

    await store.write(work)


async def test_nobody_asked_is_nobody_answered(store: Store) -> None:
    """Whoever said nothing has no state, and one tenant's contact is not another's."""

    async def work(tx: Tx) -> None:
        contact = await somebody(tx)
        await record(tx, [Change("duka", contact, "service", "in", "api")], NOW)
        assert await states(tx, "other", [contact]) == {contact: {}}
        assert await states(tx, "duka", []) == {}
        assert await record(tx, [], NOW) == []

    await store.write(work)


@pytest.mark.parametrize(
    "sql",
    [
        "update consent_event set state = 'in' where tenant = :tenant",
        "delete from consent_event where tenant = :tenant",
    ],
)
async def test_what_was_said_is_kept_as_long_as_the_contact(store: Store, sql: str) -> None:
    """Neither role changes or removes it; with the contact it goes."""

    async def work(tx: Tx) -> str:
        contact = await somebody(tx)
        await record(tx, [Change("duka", contact, "service", "out", "keyword")], NOW)
        return contact

    contact = await store.write(work)
    for write in (store.scope("duka").write, store.write):
        with pytest.raises(StatementFailed, match=r"append-only|permission denied"):
            await write(lambda tx: tx.run(sql, tenant="duka"))
    remove = "delete from contact where tenant = :tenant and id = :id"
    await store.scope("duka").write(lambda tx: tx.run(remove, tenant="duka", id=contact))
    for table in ("consent_event", "consent"):
        assert await store.read(lambda tx, t=table: tx.value(f"select count(*) from {t}")) == 0
