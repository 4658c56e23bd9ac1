"""The audit log: its chain, under parallel changes, and what its verification finds."""

from __future__ import annotations

import asyncio

import pytest

from gateway.audit import GATEWAY, Actor, AuditLog, Wanted, command, note
from gateway.audit.verify import verify
from gateway.store import Store, Tx
from tests.support.postgres import Urls
from tests.support.tamper import tamper

ANA = Actor("key:abc", "203.0.113.7", "019a")


async def _noted(store: Store, times: int, tenant: str = "duka", *, actor: Actor = ANA) -> None:
    for number in range(times):

        async def work(tx: Tx, number: int = number) -> None:
            await note(tx, actor, tenant, "channel.create", f"channel:{number}", 1000 + number, number=number)

        await store.write(work)


async def test_twenty_changes_at_once_are_twenty_rows_of_one_chain(store: Store) -> None:
    """They wait for each other, none is lost, and no number is left out."""

    async def change(number: int) -> None:
        async def work(tx: Tx) -> None:
            await note(tx, ANA, "duka", "contact.change", f"contact:{number}", 1 + number)

        await store.scope("duka").write(work)

    await asyncio.gather(*(change(number) for number in range(20)))

    (verdict,) = await verify(store)
    assert (verdict.tenant, verdict.rows, verdict.problem) == ("duka", 20, "")
    entries = await store.scope("duka").read(lambda tx: AuditLog(store.dialect).of(tx, "duka", Wanted(), 100))
    assert [entry.seq for entry in entries] == list(range(20, 0, -1))
    assert {entry.object for entry in entries} == {f"contact:{number}" for number in range(20)}


async def test_a_change_that_is_undone_leaves_no_row(store: Store) -> None:
    """The row is part of the change's own transaction."""

    async def work(tx: Tx) -> None:
        await note(tx, ANA, "duka", "channel.create", "channel:x", 1)
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        await store.write(work)
    assert await verify(store) == ()


@pytest.mark.parametrize(
    ("harm", "broken", "problem"),
    [
        ("update audit set detail = '{}' where tenant = 'duka' and seq = 3", 3, "not as it was written"),
        (
            "update audit set actor = 'key:other' where tenant = 'duka' and seq = 5",
            5,
            "not as it was written",
        ),
        ("delete from audit where tenant = 'duka' and seq = 2", 2, "row 2 is missing"),
        ("delete from audit where tenant = 'duka' and seq in (1, 2)", 1, "row 1 is missing, up to 2"),
    ],
)
async def test_what_was_tampered_with_is_found_at_its_first_row(
    store: Store, store_urls: Urls, monkeypatch: pytest.MonkeyPatch, harm: str, broken: int, problem: str
) -> None:
    """Changed or taken out: the chain ends before it. Other tenants' chains are whole."""
    monkeypatch.setattr("gateway.audit.verify.PAGE", 2)
    await _noted(store, 5)
    await _noted(store, 3, "soko")
    await tamper(store_urls, harm)

    duka, soko = await verify(store)

    assert (duka.broken, duka.rows) == (broken, broken - 1)
    assert problem in duka.problem
    assert (soko.tenant, soko.rows, soko.problem) == ("soko", 3, "")


async def test_rows_cut_off_at_the_end_show_in_the_last_hash(store: Store, store_urls: Urls) -> None:
    """The chain is whole but shorter: who kept the last hash elsewhere sees it."""
    await _noted(store, 4)
    (before,) = await verify(store, "duka")
    await tamper(store_urls, "delete from audit where tenant = 'duka' and seq = 4")

    (after,) = await verify(store, "duka")

    assert (before.rows, after.rows, after.problem) == (4, 3, "")
    assert before.last_hash != after.last_hash


async def test_the_list_is_filtered_and_newest_first(store: Store) -> None:
    """By action or its family, object, actor and time; over all tenants too."""
    await _noted(store, 3)
    await _noted(store, 2, "", actor=GATEWAY)
    log = AuditLog(store.dialect)

    async def objects(**wanted: str | int) -> list[str]:
        found = await store.read(lambda tx: log.of(tx, "duka", Wanted(**wanted), 10))  # type: ignore[arg-type]
        return [entry.object for entry in found]

    assert await objects() == ["channel:2", "channel:1", "channel:0"]
    assert await objects(action="channel") == await objects(action="channel.create") == await objects()
    assert await objects(action="chan") == await objects(actor="gateway") == []
    assert await objects(object="channel:1") == ["channel:1"]
    assert await objects(after=1000, before=1002) == ["channel:1"]
    everywhere = await store.read(lambda tx: log.everywhere(tx, Wanted(), 3))
    assert [(entry.tenant, entry.seq) for entry in everywhere] == [("duka", 3), ("duka", 2), ("", 2)]
    last = everywhere[-1]
    rest = await store.read(
        lambda tx: log.everywhere(tx, Wanted(), 10, behind=(last.at, last.tenant, last.seq))
    )
    assert [(entry.tenant, entry.seq) for entry in rest] == [("duka", 1), ("", 1)]
    assert (rest[0].detail, rest[0].address, rest[0].request) == ({"number": 0}, "203.0.113.7", "019a")


def test_a_person_at_the_command_line_is_named() -> None:
    """By the system's account."""
    assert command("ana").name == "cli:ana"
    assert command().name.startswith("cli:")
    assert command().name != "cli:"
