"""Turns: an event passes through a tenant's plugins, and each one's effects are kept once or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway import Chat, Command, Handled, Message, Retry, hook
from gateway.errors import HandleRevoked, SerializationFailure, StatementFailed, StoreUnavailable
from gateway.pipeline import dispatch
from gateway.pipeline.commit import TurnResult, commit_turns
from gateway.pipeline.line import Line
from gateway.pipeline.queries import PEOPLE, RECORD
from gateway.pipeline.records import OpenEvent
from gateway.settings import Sending
from gateway.store.port import Store
from tests.pipeline.world import host_of, line_of, opened_event, rows, settings_of, value

_encode = msgspec.json.Encoder().encode


class Says:
    """Answers with its own words."""

    def __init__(self, words: str, *, handled: bool = False) -> None:
        self.words, self.handled, self.runs = words, handled, 0

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Any:
        self.runs += 1
        await chat.say(self.words)
        return Handled if self.handled else None


class Does:
    """Runs what a test wants as its turn."""

    def __init__(self, act: Callable[[Chat], Awaitable[Any]]) -> None:
        self.act, self.runs = act, 0

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Any:
        self.runs += 1
        return await self.act(chat)


class Watches:
    """Sees every message."""

    def __init__(self) -> None:
        self.runs = 0

    @hook.on_any_message
    async def see(self, message: Message, chat: Chat) -> None:
        self.runs += 1
        await chat.say("seen")


def _line(store: Store, tmp_path: Path, **plugins: object) -> Line:
    return line_of(store, settings_of(tmp_path, plugins=tuple(plugins)), host_of(**plugins))


async def _open(store: Store, line: Line, **more: Any) -> OpenEvent:
    opened = opened_event(line, **more)
    await store.write(
        lambda tx: tx.many(
            RECORD["add_event"],
            [
                {
                    "tenant": "duka", "id": opened.id, "kind": "message", "channel": opened.channel.id,
                    "shard": 0, "conversation": opened.conversation, "message": opened.id, "plugins": "",
                    "body": _encode(opened.event), "starts": 1, "received_at": 1,
                }
            ],
        )
    )  # fmt: skip
    return opened


async def _said(store: Store) -> list[str]:
    return [
        msgspec.json.decode(row["body"])["text"]
        for row in await rows(store, "select body from outbox order by id")
    ]


async def _dead(store: Store) -> list[tuple[str, str]]:
    return [
        (row["plugin"], row["reason"])
        for row in await rows(store, "select plugin, reason from dead order by id")
    ]


async def _forget(chat: Chat, words: str) -> None:
    """A write of the plugin's own."""
    sql = "update contact set name = :words where tenant = :tenant"
    await chat.db.run(sql, words=words)


async def test_plugins_answer_in_the_tenants_order(store: Store, tmp_path: Path) -> None:
    """Each in a turn of its own; then the event is closed and nothing of it stays."""
    line = _line(store, tmp_path, one=Says("1"), two=Says("2"))

    await line.dispatcher.handle(await _open(store, line))

    assert await _said(store) == ["1", "2"]
    assert await value(store, "select count(*) from event") == 0
    assert await value(store, "select count(*) from done") == 0


async def test_handled_ends_the_order_but_not_the_watching(store: Store, tmp_path: Path) -> None:
    """`on_any_message` always runs."""
    late, watcher = Says("late"), Watches()
    line = _line(store, tmp_path, one=Says("1", handled=True), two=late, three=watcher)

    await line.dispatcher.handle(await _open(store, line))

    assert await _said(store) == ["1", "seen"]
    assert (late.runs, watcher.runs) == (0, 1)
    assert await value(store, "select count(*) from event") == 0


async def test_a_turn_that_is_committed_twice_has_effects_once(store: Store, tmp_path: Path) -> None:
    """A second process, or a second run after a crash, finds the turn done and keeps nothing."""
    line = _line(store, tmp_path, one=Says("1"))
    opened = await _open(store, line)

    await line.dispatcher.handle(opened)
    await line.dispatcher.handle(opened)

    assert await _said(store) == ["1"]
    assert await value(store, "select count(*) from message") == 1


async def test_a_turn_with_writes_that_was_done_elsewhere_is_undone(store: Store, tmp_path: Path) -> None:
    """The plugin's own rows go with the replies."""

    async def act(chat: Chat) -> None:
        await _forget(chat, "written")
        await chat.say("again")

    line = _line(store, tmp_path, one=Does(act))
    values = {"tenant": "duka", "contact": "k1", "name": "before", "username": "", "now": 1}
    await store.write(lambda tx: tx.run(PEOPLE["add_contact"], **values))

    await line.dispatcher.handle(opened_event(line))  # an event that is not open in the database

    assert await _said(store) == []
    assert await value(store, "select name from contact") == "before"
    assert line.sender.known == {}


async def test_a_partial_turn_is_marked_once(store: Store, tmp_path: Path) -> None:
    """Of two commits of the same earlier plugin, the first is kept."""
    line = _line(store, tmp_path, one=Says("1"), two=Says("2"))
    opened = await _open(store, line)
    result = TurnResult(opened, "one", False)

    assert await store.write(lambda tx: commit_turns(tx, [result], 1)) == [True]
    assert await store.write(lambda tx: commit_turns(tx, [result], 1)) == [False]


async def test_after_a_restart_only_what_is_not_done_runs(store: Store, tmp_path: Path) -> None:
    """Handled is remembered too."""
    one, two, watcher = Says("1"), Says("2"), Watches()
    line = _line(store, tmp_path, one=one, two=two, three=watcher)

    await line.dispatcher.handle(await _open(store, line, done={"one": True}))

    assert (one.runs, two.runs, watcher.runs) == (0, 0, 1)
    assert await value(store, "select count(*) from event") == 0


async def test_after_a_restart_a_command_is_not_heard_in_what_was_answered(
    store: Store, tmp_path: Path
) -> None:
    """A flow has taken the word as its answer and is over; the process died before the others' turns."""
    heard: list[str] = []

    class Orders:
        @hook.register_commands
        def commands(self) -> list[Command]:
            async def run(message: Message, chat: Chat, rest: str) -> Handled:
                heard.append(message.text)
                return Handled

            return [Command("greet", ["hi"], "Greet", run)]

    line = _line(store, tmp_path, one=Says("1"), two=Orders())
    await line.dispatcher.handle(await _open(store, line, done={"one": True}))
    assert heard == []
    assert await value(store, "select count(*) from event") == 0
    await line.dispatcher.handle(await _open(store, line))
    assert heard == ["hi"]


@pytest.mark.parametrize("writes", [True, False])
async def test_a_failure_undoes_one_plugin_and_leaves_a_dead_letter(
    store: Store, tmp_path: Path, writes: bool
) -> None:
    """The other plugin is not affected."""

    async def act(chat: Chat) -> None:
        if writes:
            await _forget(chat, "written")
        await chat.say("never said")
        raise ValueError("broken")

    line = _line(store, tmp_path, one=Does(act), two=Says("2"))

    await line.dispatcher.handle(await _open(store, line))

    assert await _said(store) == ["2"]
    assert await _dead(store) == [("one", "error")]
    assert "broken" in await value(store, "select detail from dead")


async def test_a_missed_deadline_is_a_dead_letter_and_the_handle_is_revoked(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that the hook left behind cannot write any more."""
    monkeypatch.setattr(dispatch, "DEADLINE", 0.05)
    caught: list[BaseException] = []
    left: list[asyncio.Task[None]] = []

    async def later(chat: Chat) -> None:
        await asyncio.sleep(0.1)
        try:
            await _forget(chat, "too late")
        except HandleRevoked as error:
            caught.append(error)

    async def act(chat: Chat) -> None:
        left.append(asyncio.create_task(later(chat)))
        await asyncio.sleep(5)

    line = _line(store, tmp_path, one=Does(act), two=Says("2"))

    await line.dispatcher.handle(await _open(store, line))
    await asyncio.gather(*left)

    assert await _dead(store) == [("one", "timeout")]
    assert await _said(store) == ["2"]
    assert len(caught) == 1


async def test_a_refused_statement_that_the_plugin_caught_is_a_dead_letter(
    store: Store, tmp_path: Path
) -> None:
    """Nothing of the turn can be kept; the event is closed at once and the next plugin is asked."""

    async def act(chat: Chat) -> None:
        with contextlib.suppress(StatementFailed):
            await _forget(chat, "written")
            await chat.db.run("delete from no_such_table")
        await chat.say("went on")

    plugin = Does(act)
    line = _line(store, tmp_path, one=plugin, two=Says("2"))

    await line.dispatcher.handle(await _open(store, line))

    assert plugin.runs == 1
    assert await _said(store) == ["2"]
    assert await _dead(store) == [("one", "error")]
    assert "went on after the database had refused" in await value(store, "select detail from dead")
    assert await value(store, "select count(*) from event") == 0


@pytest.mark.parametrize("writes", [True, False])
async def test_a_task_left_behind_says_nothing(store: Store, tmp_path: Path, writes: bool) -> None:
    """The hook returned in time; what its task says later is refused, not lost without a word."""
    caught: list[BaseException] = []
    left: list[asyncio.Task[None]] = []

    async def later(chat: Chat) -> None:
        await asyncio.sleep(0)
        try:
            await chat.say("too late")
        except HandleRevoked as error:
            caught.append(error)

    async def act(chat: Chat) -> None:
        if writes:
            await _forget(chat, "written")
        await chat.say("in time")
        asyncio.get_running_loop().call_soon(lambda: left.append(asyncio.create_task(later(chat))))

    line = _line(store, tmp_path, one=Does(act))

    await line.dispatcher.handle(await _open(store, line))
    await asyncio.gather(*left)

    assert await _said(store) == ["in time"]
    assert len(caught) == 1
    assert await value(store, "select count(*) from message") == 1


async def test_retry_runs_the_turn_again_and_keeps_one_set_of_effects(store: Store, tmp_path: Path) -> None:
    """What the undone runs said and answered counts for nothing."""

    async def act(chat: Chat) -> Any:
        await chat.say(f"run {plugin.runs}")
        if plugin.runs < 3:
            raise Retry(0.0)

    plugin = Does(act)
    line = _line(store, tmp_path, one=plugin)

    await line.dispatcher.handle(await _open(store, line))

    assert await _said(store) == ["run 3"]
    assert await _dead(store) == []


@pytest.mark.parametrize("error", [Retry(0.0), SerializationFailure("crossed")], ids=["Retry", "crossed"])
async def test_a_turn_is_run_again_five_times_at_most(store: Store, tmp_path: Path, error: Exception) -> None:
    """Then it is a dead letter."""

    async def act(chat: Chat) -> None:
        raise error

    plugin = Does(act)
    line = _line(store, tmp_path, one=plugin)

    await line.dispatcher.handle(await _open(store, line))

    assert plugin.runs == 6
    assert await _dead(store) == [("one", "error")]


async def test_waiting_for_the_database_uses_no_try_up(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it was away, a turn that crosses another afterwards is still run again."""

    async def quick(seconds: float) -> None:
        await real(0)

    async def act(chat: Chat) -> None:
        if plugin.runs <= 12:
            raise StoreUnavailable("away")
        if plugin.runs <= 15:
            raise SerializationFailure("crossed")
        await chat.say("at last")

    real = asyncio.sleep
    monkeypatch.setattr(dispatch.asyncio, "sleep", quick)
    plugin = Does(act)
    line = _line(store, tmp_path, one=plugin)

    await line.dispatcher.handle(await _open(store, line))

    assert await _said(store) == ["at last"]
    assert await _dead(store) == []


async def test_an_undone_run_does_not_handle_the_message(store: Store, tmp_path: Path) -> None:
    """Only the run that is kept says whether the next plugins are asked."""

    async def first(chat: Chat) -> Any:
        if plugin.runs == 1:
            dismissed.append(1)
            return Handled
        return None

    dismissed: list[int] = []
    plugin, two = Does(first), Says("2")
    line = _line(store, tmp_path, one=plugin, two=two)
    keep, tries = line.dispatcher._keep, iter((True,))

    async def crossing(result: TurnResult, turn: Any) -> None:
        if next(tries, False):
            raise SerializationFailure("crossed at the commit")
        await keep(result, turn)

    line.dispatcher._keep = crossing  # type: ignore[method-assign]
    await line.dispatcher.handle(await _open(store, line))

    assert dismissed == [1]
    assert await _said(store) == ["2"]


async def test_the_fifth_start_is_the_last(store: Store, tmp_path: Path) -> None:
    """What ended the process five times is given up, for every plugin that has not seen it."""
    one, two = Says("1"), Says("2")
    line = _line(store, tmp_path, one=one, two=two)

    await line.dispatcher.handle(await _open(store, line, starts=5, done={"two": False}))
    await line.dispatcher.handle(await _open(store, line, starts=6, done={"two": False}))

    assert (one.runs, two.runs) == (1, 0)
    assert await _dead(store) == [("one", "poison")]
    assert await value(store, "select count(*) from event") == 0


async def test_a_plugin_put_aside_leaves_dead_letters(store: Store, tmp_path: Path) -> None:
    """Five failures with three contacts: then it is left out, and its events can be replayed."""

    async def act(chat: Chat) -> None:
        raise ValueError

    plugin = Does(act)
    line = _line(store, tmp_path, one=plugin, two=Says("2"))

    for n in range(7):
        await line.dispatcher.handle(await _open(store, line, contact=f"k{n}"))

    assert plugin.runs == 5
    assert await _dead(store) == [("one", "error")] * 5 + [("one", "put_aside")] * 2
    assert len(await _said(store)) == 7


async def test_an_event_that_nobody_wants_any_more_is_closed(store: Store, tmp_path: Path) -> None:
    """Its plugin was taken from the tenant."""
    line = _line(store, tmp_path)

    await line.dispatcher.handle(await _open(store, line))

    assert await value(store, "select count(*) from event") == 0


async def test_outside_the_window_nothing_is_said_and_the_plugin_is_not_blamed(
    store: Store, tmp_path: Path
) -> None:
    """A message that was redelivered a day late."""
    line = _line(store, tmp_path, one=Says("1"))

    for n in range(12):
        await line.dispatcher.handle(await _open(store, line, window_until=1, contact=f"k{n}"))

    assert await _said(store) == []
    assert {reason for _, reason in await _dead(store)} == {"window_closed"}
    assert line.dispatcher.breaker.state("one", "duka") == "closed"


async def test_robots_that_repeat_themselves_are_stopped(store: Store, tmp_path: Path) -> None:
    """The thirty-first equal text within a minute is a dead letter of its own."""
    settings = settings_of(tmp_path, plugins=("one",), sending=Sending())
    line = line_of(store, settings, host_of(one=Says("beep")))

    for _ in range(32):
        await line.dispatcher.handle(await _open(store, line))

    assert len(await _said(store)) == 30
    assert await _dead(store) == [("", "loop")] * 2
