"""What a flow does when it is live, and what it is told of that in a replay."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from gateway.errors import SendRefused, WindowClosed
from gateway.facts import Sent
from gateway.flows import asking, ops
from gateway.flows.log import Said
from gateway.flows.shapes import kept, shaped
from gateway.message import moment
from gateway.model.menu import Menu

if TYPE_CHECKING:
    from gateway.flows.replay import Replay, Sleeping
    from gateway.pipeline.turn import Turn


class Live:
    """Does the operations of *replay*."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._seen: dict[str, int] = {}

    @property
    def _turn(self) -> Turn:
        return self._replay.turn

    def turned(self) -> None:
        """An operation is over: what follows is counted from its beginning."""
        self._seen.clear()

    def _next(self, kind: str) -> Any:
        """The next note of *kind*, None when there is none."""
        index = self._seen.get(kind, 0)
        self._seen[kind] = index + 1
        notes = getattr(self._replay.log.current(self._replay.index), kind)
        return notes[index] if index < len(notes) else None

    def _note(self, kind: str, value: Any) -> None:
        getattr(self._replay.log.current(self._replay.index), kind).append(value)

    def known_job(self) -> str:
        """The id of a job that was ordered when this was live."""
        return str(self._next("jobs") or "")

    def note_job(self, id: str) -> str:
        """Remember the id of a job."""
        self._note("jobs", id)
        return id

    async def unnamed(self, op: ops.Op) -> Any:
        """Do *op*, which has no name, if it is live; else say what came of it then."""
        live, turn = self._replay.live, self._turn
        match op:
            case ops.Send():
                return await self._send(op) if live else _was(self._next("said"))
            case ops.Plan(message):
                return await turn.plan(message)
            case ops.Cancel(message_id):
                if not live:
                    return bool(self._next("taken"))
                done = await turn.cancel(message_id)
                self._note("taken", done)
                return done
            case ops.File(message_id):
                file = await turn.media(message_id) if live else self._next("files")
                if live:
                    self._note("files", file)
                return file
        raise AssertionError(op)

    async def _send(self, op: ops.Send) -> Sent:
        try:
            sent = await self._turn.send(op.message, op.at)
        except SendRefused as error:
            self._note("said", Said(refused=error.code, words=str(error)))
            raise
        due = int(sent.at.timestamp() * 1e6) if sent.at else 0
        self._note("said", Said(sent.id, sent.parts, sent.losses, due, sent.reason))
        return sent

    async def work(self, op: ops.Step) -> Raw:
        """Do a step; its result as JSON, which can be read as its shape."""
        result = op.work()
        if isinstance(result, Awaitable) or inspect.isawaitable(result):
            result = await result
        raw = kept(result, f"the result of {op.key}")
        shaped(raw, op.shape)
        return raw

    async def begin(self, op: ops.Keyed) -> Sleeping:
        """Begin what the flow sleeps at."""
        if isinstance(op, ops.Ask):
            return await self.ask(op)
        if isinstance(op, ops.RunJob):
            self._turn.enqueue(op.job, op.args, op.kwargs, flow=self._replay.identity, op=op.key)
        return self.asleep(op)

    def asleep(self, op: ops.Keyed) -> Sleeping:
        """Where the flow sleeps when it waits for *op*."""
        from gateway.flows.replay import Sleeping

        if isinstance(op, ops.Ask):
            return Sleeping(op.key, op.timeout)
        if isinstance(op, ops.Wait):
            return Sleeping(op.key, op.timeout, (op.event, op.of))
        return Sleeping(op.key)

    async def ask(self, op: ops.Ask, before: str = "") -> Sleeping:
        """Ask, so that numbers of an older menu lapse."""
        turn = self._turn
        for message in asking.messages(op, self._replay.identity, turn.words, before):
            await turn.send(message)
        if turn.effects.messages and turn.effects.messages[-1].menu is None:
            turn.effects.messages[-1].menu = Menu("question")
        self._replay.log.unasked = False
        return self.asleep(op)


def _was(said: Said | None) -> Sent:
    """What `send` returned, or raised, when it was live."""
    if said is None:
        return Sent("", 0)
    if said.refused:
        raise (WindowClosed if said.refused == WindowClosed.code else SendRefused)(said.words)
    at = moment(said.due_at) if said.due_at else None
    return Sent(said.id, said.parts, said.losses, at, said.reason)
