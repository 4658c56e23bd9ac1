"""What a plugin says for later, and takes back: with the turn's commit, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway import Chat, Message, SendRefused, Template, hook
from gateway.clock import HOUR, SystemClock
from gateway.pipeline.line import Line
from gateway.pipeline.queries import RECORD
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Store
from tests.pipeline.world import host_of, line_of, opened_event, rows, settings_of, value

_encode = msgspec.json.Encoder().encode


class Does:
    """Runs what a test wants as its turn."""

    def __init__(self, act: Callable[[Chat], Awaitable[Any]]) -> None:
        self.act = act

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> None:
        await self.act(chat)


async def _turn(store: Store, tmp_path: Path, act: Callable[[Chat], Awaitable[Any]]) -> Line:
    """One turn of a plugin that does *act*."""
    line = line_of(store, settings_of(tmp_path, plugins=("one",)), host_of(one=Does(act)))
    await line.dispatcher.handle(await _open(store, line))
    return line


async def _open(store: Store, line: Line) -> OpenEvent:
    opened = opened_event(line)
    row = {
        "tenant": "duka", "id": opened.id, "kind": "message", "channel": opened.channel.id, "shard": 0,
        "conversation": opened.conversation, "message": opened.id, "plugins": "",
        "body": _encode(opened.event), "starts": 1, "received_at": 1,
    }  # fmt: skip
    await store.write(lambda tx: tx.many(RECORD["add_event"], [row]))
    return opened


async def _counts(store: Store) -> tuple[int, int, int]:
    """Messages, open parts, messages that wait."""
    tables = ("message", "outbox", "scheduled")
    found = [await value(store, f"select count(*) from {table}") for table in tables]
    return found[0], found[1], found[2]


async def _reasons(store: Store) -> list[str]:
    return [row["reason"] for row in await rows(store, "select reason from dead")]


async def test_said_for_later(store: Store, tmp_path: Path) -> None:
    """It waits, in one row with its parts; what was said beside it goes at once. Any time zone will do."""
    sent: list[Any] = []

    async def act(chat: Chat) -> None:
        at = (chat.now + timedelta(minutes=30)).astimezone(timezone(timedelta(hours=-7)))
        sent.append(await chat.say("later|and more", at=at))
        sent.append(await chat.say("now"))
        sent.append(await chat.say("past", at=chat.now - timedelta(days=1)))
        sent.append(await chat.say("far", at=chat.now + timedelta(hours=20)))
        assert sent[0].at == at

    await _turn(store, tmp_path, act)

    assert [each.at is None for each in sent] == [False, True, True, False]
    assert [each.reason for each in sent] == ["", "", "", "window_ends_before"]
    assert await _counts(store) == (4, 2, 2)
    (row,) = await rows(store, "select * from scheduled where message = :id", id=sent[0].id)
    assert msgspec.json.decode(row["bodies"]) == [{"text": "later"}, {"text": "and more"}]
    assert (row["class"], row["free_form"], row["idx"]) == ("reply", 1, 0)
    assert abs(row["due_at"] - SystemClock().now() - HOUR // 2) < HOUR // 10


async def test_a_turn_that_fails_schedules_nothing(store: Store, tmp_path: Path) -> None:
    """Nor does it take anything back."""
    said: list[str] = []

    async def first(chat: Chat) -> None:
        said.append((await chat.say("x", at=chat.now + timedelta(hours=1))).id)

    async def second(chat: Chat) -> None:
        await chat.say("y", at=chat.now + timedelta(hours=1))
        assert await chat.cancel(said[0]) is True
        raise RuntimeError("after all that")

    await _turn(store, tmp_path, first)
    await _turn(store, tmp_path, second)

    assert await _counts(store) == (1, 0, 1)
    assert await _reasons(store) == ["error"]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2030, 1, 1), "time zone"),
        (datetime(9999, 12, 31, tzinfo=UTC), "a year ahead"),
    ],
)
async def test_a_time_that_cannot_be_meant_is_refused(
    store: Store, tmp_path: Path, at: datetime, words: str
) -> None:
    """With a sentence."""

    async def act(chat: Chat) -> None:
        with pytest.raises(SendRefused, match=words):
            await chat.say("x", at=at)

    await _turn(store, tmp_path, act)

    assert (await _counts(store), await _reasons(store)) == ((0, 0, 0), [])


async def test_taken_back(store: Store, tmp_path: Path) -> None:
    """What waits and what is queued; again is the same; what nobody sent is False."""
    said: list[str] = []

    async def first(chat: Chat) -> None:
        said.append((await chat.say("a|b", at=chat.now + timedelta(hours=1))).id)
        said.append((await chat.say("c|d")).id)

    async def second(chat: Chat) -> None:
        for _ in range(2):
            assert await chat.cancel(said[0]) is True
            assert await chat.cancel(said[1]) is True
        assert await chat.cancel("0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44") is False
        await chat.say("instead")

    await _turn(store, tmp_path, first)
    await _turn(store, tmp_path, second)

    assert await _counts(store) == (3, 1, 0)
    found = await rows(store, "select message, idx, status from part order by message, idx")
    assert [(row["message"], row["idx"], row["status"]) for row in found] == [
        (message, idx, "cancelled") for message in said for idx in (0, 1)
    ]
    assert await _reasons(store) == []


async def test_taken_back_in_the_same_turn(store: Store, tmp_path: Path) -> None:
    """It was never said."""

    async def act(chat: Chat) -> None:
        for at in (None, chat.now + timedelta(hours=1)):
            sent = await chat.say("x", at=at)
            assert await chat.cancel(sent.id) is True
        await chat.say("y")

    await _turn(store, tmp_path, act)

    assert await _counts(store) == (1, 1, 0)


async def test_what_is_being_sent_is_not_taken_back(store: Store, tmp_path: Path) -> None:
    """The provider may have it already."""
    said: list[str] = []

    async def first(chat: Chat) -> None:
        said.append((await chat.say("a|b")).id)

    async def second(chat: Chat) -> None:
        assert await chat.cancel(said[0]) is False

    await _turn(store, tmp_path, first)
    await store.write(lambda tx: tx.run("update outbox set state = 'sending', attempt = 1 where idx = 0"))
    await _turn(store, tmp_path, second)

    assert (await _counts(store), await _reasons(store)) == ((1, 2, 0), [])


async def test_what_answers_nobody_has_a_purpose(store: Store, tmp_path: Path) -> None:
    """Marketing whoever asks for it, what is for later, what was said to have one; and nothing else."""

    async def act(chat: Chat) -> None:
        await chat.say("reply")
        await chat.send(Template("news", "en"))
        await chat.send(Template("offer", "en", marketing=True))
        await chat.say("by the way", purpose="marketing")
        await chat.say("tomorrow", at=chat.now + timedelta(hours=1))
        with pytest.raises(SendRefused, match="marketing by its category"):
            await chat.send(Template("offer", "en", marketing=True), purpose="service")
        with pytest.raises(SendRefused, match="give one of marketing, service"):
            await chat.say("hm", purpose="other")  # type: ignore[arg-type]

    await _turn(store, tmp_path, act)

    sent = await rows(store, "select purpose from outbox order by id")
    assert [row["purpose"] for row in sent] == ["", "", "marketing", "marketing"]
    assert await value(store, "select purpose from scheduled") == "service"
    told = await rows(store, "select purpose from message where direction = 'out' order by id")
    assert [row["purpose"] for row in told] == ["", "", "marketing", "marketing", "service"]
