"""A contact who writes more than is answered, and a machine that answers us, from webhook to phone."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway import Chat, Handled, Message, hook
from gateway.clock import Clock, SystemClock
from gateway.house.hush import WORD
from gateway.pipeline.line import Line
from gateway.pipeline.records import OpenEvent
from gateway.settings import Sending
from gateway.settings.policy import Policy
from gateway.store import connect
from gateway.store.port import Store
from tests.house.test_house_seam import quiet, takes, whoa
from tests.pipeline.world import (
    Servers,
    host_of,
    line_of,
    metrics_of,
    raw_of,
    rows,
    running,
    said,
    serving,
    settings_of,
    value,
)  # fmt: skip
from tests.support.house import House, until
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

SECOND = 1_000_000
ANA = "+254711000001"


class Echo:
    """Answers with what was said, and sees all."""

    def __init__(self) -> None:
        self.seen = 0

    @hook.on_any_message
    async def watch(self, message: Message, chat: Chat) -> None:
        self.seen += 1

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled:
        await chat.say(message.text)
        return Handled


class Earlier(SystemClock):
    """Ten minutes ago."""

    def now(self) -> int:
        return super().now() - 600 * SECOND


def line_with(
    store: Store, tmp_path: Path, servers: Servers, echo: object, clock: Clock | None = None, **policy: Any
) -> Line:
    """A line with the usual rules, and numbers that are in no hurry to be paced."""
    settings = settings_of(
        tmp_path, servers.url, plugins=("echo",), policy=Policy(**policy),
        sending=Sending(number_rate=1000, pair_burst=1000),
    )  # fmt: skip
    return line_of(store, settings, host_of(echo=echo), clock, metrics_of())


async def hear(line: Line, texts: list[str], begin: int, apart: float) -> None:
    """Messages that were written *apart* seconds from each other, from *begin* on; all brought at once."""
    events = [said(text, at=begin + int(n * apart * SECOND)) for n, text in enumerate(texts)]
    await line.journal.append(raw_of(*events))
    await quiet(line)


async def test_what_is_too_much_is_kept_and_not_answered(store: Store, tmp_path: Path) -> None:
    """Thirty are answered. The next gets one polite word; what follows is stored and unread, and nobody runs.
    What the house hears it hears. Another process goes on as this one did, and who was quiet is heard."""
    begin = SystemClock().now() - 900 * SECOND
    first, second = Echo(), Echo()
    async with serving() as servers:
        line = line_with(store, tmp_path, servers, first)
        line.house.claimers.append(takes(whoa))
        async with running(line):
            await hear(line, [f"m{n}" for n in range(50)], begin, 0.5)
            assert servers.texts == [*(f"m{n}" for n in range(30)), WORD]
            await hear(line, ["whoa"], begin + 26 * SECOND, 1)
            assert servers.texts[31:] == ["The house says so."]
        assert first.seen == 30
        counted = line.dispatcher._metrics.value("gateway_inbound_muted_total", reason="flood")
        assert counted == 20
        assert await value(store, "select count(*) from message where direction = 'in'") == 51
        [row] = await rows(store, "select reason, channel, conversation from muted")
        assert (row["reason"], row["channel"]) == ("flood", "main")
        assert await _noted(store, "contact.muted") == 1
        assert await value(store, "select count(*) from dead") == 0

        # The next process knows of it: it says nothing more, and does not forget it either.
        line = line_with(store, tmp_path, servers, second, Earlier())
        async with running(line):
            await hear(line, [f"n{n}" for n in range(70)], SystemClock().now() - 590 * SECOND, 0.5)
            assert (len(servers.texts), second.seen) == (32, 0)
            await hear(line, ["are you there?"], SystemClock().now(), 1)

    assert servers.texts[32:] == ["are you there?"]
    assert await value(store, "select count(*) from muted") == 0


async def _noted(store: Store, kind: str) -> int:
    """How many events of *kind* the log has."""
    found = await rows(store, "select data from feed union all select data from feed_open")
    return sum(str(block["data"]).count(f'"{kind}"') for block in found)


@pytest.mark.parametrize(
    ("language", "begins"), [("sw", "Unaandika"), ("es", "Escribe"), ("pt", "Está"), ("fr", "Vous")]
)
async def test_the_word_is_the_contacts_own(store: Store, tmp_path: Path, language: str, begins: str) -> None:
    """In the language that they chose."""
    async with serving() as servers:
        line = line_with(store, tmp_path, servers, Echo(), inbound_per_minute=1)
        async with running(line):
            await hear(line, ["one"], SystemClock().now() - SECOND, 1)
            sql = "update contact set language = :language where tenant = 'duka'"
            await store.write(lambda tx: tx.run(sql, language=language))
            await hear(line, ["two", "three"], SystemClock().now(), 0)

    assert len(servers.texts) == 2
    assert servers.texts[1].startswith(begins)


class Robot:
    """Answers everything in the same words, with a count."""

    def __init__(self) -> None:
        self.said = 0

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled:
        self.said += 1
        await chat.say(f"I am sorry, I did not understand. This is answer {self.said}.")
        return Handled


async def test_two_gateways_that_answer_each_other_stop(store: Store, tmp_path: Path) -> None:
    """Each answers whatever the other says: the first that takes the other for a machine falls silent, and
    then nobody has anything to answer. Nothing is said of it, for that would be answered."""
    (tmp_path / "other").mkdir()
    other = connect(f"sqlite:///{prepared(tmp_path / 'other' / 'gateway.db')}")
    await other.open()
    tasks: set[asyncio.Task[None]] = set()

    def brings(line: Line) -> Any:
        """What one side sends is what the other hears."""

        def answer(sent: dict[str, Any]) -> dict[str, Any]:
            task = asyncio.create_task(line.journal.append(raw_of(said(sent["text"]))))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            return {}

        return answer

    try:
        async with serving() as one, serving() as two:
            ours = line_with(store, tmp_path, one, Robot(), inbound_per_minute=10_000)
            theirs = line_with(other, tmp_path / "other", two, Robot(), inbound_per_minute=10_000)
            one.answer, two.answer = brings(theirs), brings(ours)
            async with running(ours), running(theirs):
                await ours.journal.append(raw_of(said("Hello, is anybody there?")))
                sent, until = -1, time.monotonic() + 60
                while sent != len(one.sent) + len(two.sent):
                    sent = len(one.sent) + len(two.sent)
                    assert time.monotonic() < until, f"they go on: {sent}"
                    await asyncio.sleep(2.0)
                await quiet(ours)
                await quiet(theirs)
        silent = [each for each in (store, other) if await value(each, "select count(*) from muted")]
        assert await _noted(silent[0], "conversation.looping") == 1
    finally:
        await other.close()

    assert len(silent) == 1
    # 30 where each hop takes less than five seconds, as it does everywhere but on a very busy machine.
    assert 30 <= len(one.sent) + len(two.sent) <= 122
    assert await value(silent[0], "select reason from muted") == "loop"


async def test_who_is_muted_can_still_stop_and_be_erased(store_urls: Urls, tmp_path: Path) -> None:
    """The house hears everybody, its own flow's answers too, and then plugins do not even watch; whatever
    else is written meanwhile is not answered."""
    house = House(tmp_path, store_urls)
    sim = house.line("duka")
    house.lines["duka"].tenant_options = {"policy": {"inbound_per_minute": 2}}
    await house.start()
    try:
        for text in ("one", "two", "three", "four"):
            await sim.says(ANA, text)
        await sim.wait_for(ANA, 3)
        await sim.says(ANA, "STOP")
        await sim.wait_for(ANA, 4)
        await sim.says(ANA, "delete my data")
        await sim.wait_for(ANA, 5)
        await sim.says(ANA, "Keep")
        await sim.wait_for(ANA, 6)
        await sim.says(ANA, "five")
        await until(lambda: _muted(house, 3), "not answered")
        texts = [each.text for each in sim.inbox(ANA)]
    finally:
        await house.close()

    assert texts[:3] == ["one", "two", WORD]
    assert "no more messages" in texts[3]
    assert "erases what we know of you" in texts[4]
    assert "erased nothing" in texts[5]
    assert len(texts) == 6


async def _muted(house: House, count: int) -> Any:
    return await house.metric("gateway_inbound_muted_total") == count


async def test_the_turn_that_mutes_is_done_once(store: Store, tmp_path: Path) -> None:
    """Two processes run it, or one runs it again after its end: one word, one row, one event of the log."""
    async with serving() as servers:
        line = line_with(store, tmp_path, servers, Echo(), inbound_per_minute=1)
        twice = line_with(store, tmp_path, servers, Echo(), inbound_per_minute=1)
        handle, ran = line.dispatcher.handle, list[str]()

        async def both(opened: OpenEvent) -> None:
            """The other has heard the same, and is as far."""
            ran.append(opened.id)
            opened_again = msgspec.structs.replace(opened)
            if len(ran) == 1:
                twice.house.hushed.judge(opened_again, False)
            await handle(opened)
            if len(ran) == 2:
                await twice.dispatcher.handle(opened_again)

        line.lanes.handle = both
        async with running(line):
            await hear(line, ["one", "two"], SystemClock().now() - 5 * SECOND, 1)

    assert servers.texts == ["one", WORD]
    assert len(ran) == 2
    assert await value(store, "select count(*) from muted") == 1
    assert await _noted(store, "contact.muted") == 1
