"""Webhooks that a dead process may have been parsing: counted in groups, then one by one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.errors import StoreUnavailable
from gateway.pipeline.records import GROUP, LAST_START
from gateway.pipeline.shards import Open
from gateway.provider import Parsed
from gateway.store.port import Store
from tests.pipeline.members import ALL, Node, texts
from tests.pipeline.world import rows, value

_AMINA = "+254700000001"


async def test_a_group_is_counted_in_one_write(store: Store, tmp_path: Path) -> None:
    """And parsed as one batch; what was begun before comes alone, and order holds."""
    dead, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await dead.own(ALL)
    made = [await dead.say(f"{n}") for n in range(20)]
    await store.write(lambda tx: tx.run("update journal_open set starts = 1 where id = :id", id=made[2].id))

    await owner.own(ALL, unclean=True)

    assert [await owner.step() for _ in range(5)] == [2, 1, GROUP, 1, 0]
    assert await texts(store) == {("a", _AMINA): [f"{n}" for n in range(20)]}


async def _starts(store: Store) -> list[int]:
    return [row["starts"] for row in await rows(store, "select starts from journal_open")]


class _End(BaseException):
    """Of a process."""


def _frail(node: Node, poison: tuple[str, ...]) -> None:
    provider = node.channels.provider("fake")
    assert provider is not None
    parse = provider.parse

    def ends(body: bytes, query: str = "") -> Parsed:
        if any(f'"{text}"'.encode() in body for text in poison):
            raise _End
        return parse(body, query)

    provider.parse = ends  # type: ignore[method-assign]


@pytest.mark.parametrize("poison", [("7",), ("0",), ("5", "20"), ("20", "21", "40")])
async def test_a_webhook_that_ends_processes_is_found_among_others(
    store: Store, tmp_path: Path, poison: tuple[str, ...]
) -> None:
    """It ends one process in a group and some more alone; the forty others are stored once each, in order."""
    first, others = Node(store, tmp_path, 1), [f"{n}" for n in range(43) if f"{n}" not in poison][:40]
    await first.own(ALL)
    for text in sorted((*others, *poison), key=int):
        await first.say(text)

    deaths = 0
    while await value(store, "select count(*) from journal_open"):
        assert deaths < LAST_START * len(poison)
        node = Node(store, tmp_path, 2 + deaths)
        _frail(node, poison)
        try:
            await node.own(ALL, unclean=True)
            await node.all()
        except _End:
            deaths += 1

    assert deaths <= (LAST_START - 1) * len(poison)
    assert await texts(store) == {("a", _AMINA): others}
    dead = await rows(store, "select reason from dead")
    assert [row["reason"] for row in dead] == ["poison"] * len(poison)


async def test_what_was_begun_too_often_is_not_parsed_while_the_database_is_away(
    store: Store, tmp_path: Path
) -> None:
    """It could not be set aside: the next look counts it once more, and sets it aside."""
    node = Node(store, tmp_path, 1)
    await node.own(ALL)
    await node.say("poison")
    await store.write(lambda tx: tx.run("update journal_open set starts = :last", last=LAST_START - 1))
    aside, away = node.parser._set_aside, iter([True])

    async def sometimes(row: Open, reason: str, detail: str) -> None:
        if next(away, False):
            raise StoreUnavailable("away")
        await aside(row, reason, detail)

    node.parser._set_aside = sometimes  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await node.step()
    node.parser.queue.reset()
    await node.all()

    assert (node.found, await value(store, "select reason from dead")) == ([], "poison")


@pytest.mark.parametrize("lost", [1, LAST_START + 1])
async def test_a_count_whose_answer_was_lost_is_no_second_start(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """However often: nobody died, so nothing is set aside."""
    dead, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await dead.own(ALL)
    for n in range(3):
        await dead.say(f"{n}")
    await owner.own(ALL, unclean=True)
    write, answers = store.write, iter([False] * lost)

    async def loses(work: Any, *, urgent: bool = False) -> Any:
        value = await write(work, urgent=urgent)
        if next(answers, True):
            return value
        raise StoreUnavailable("the answer was lost")

    monkeypatch.setattr(owner.parser._begun, "_store", SimpleNamespace(write=loses))
    for _ in range(lost):
        with pytest.raises(StoreUnavailable):
            await owner.step()
        owner.parser.queue.reset()  # as the parser does: rows are read again
    assert await _starts(store) == [1, 1, 1]
    while await owner.step():
        """To the end."""
    assert await texts(store) == {("a", _AMINA): ["0", "1", "2"]}


async def test_what_comes_back_after_it_was_lost_is_counted_again(store: Store, tmp_path: Path) -> None:
    """Another may have died of it meanwhile, and so may we now."""
    dead, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await dead.own(ALL)
    await dead.say("0")
    for starts in (1, 2):
        await owner.own(ALL, unclean=True)
        await owner.parser._begun.count(await owner.parser.queue.next())
        assert await _starts(store) == [starts]
        owner.parser.drop(ALL)
