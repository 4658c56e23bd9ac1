"""What a flow does when it is live, and what it is told of that in a replay."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from msgspec import Raw, ValidationError

from gateway.errors import FlowMisused, SendRefused, WindowClosed
from gateway.facts import Sent
from gateway.flows import asking, ops
from gateway.flows.log import Said, kept
from gateway.flows.signs import Sleeping
from gateway.hooks.calls import shaped
from gateway.message import instant, moment
from gateway.model.event import MessageReceived
from gateway.model.menu import Menu

if TYPE_CHECKING:
    from gateway.flows.replay import Replay
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

    def first(self, kind: str) -> bool:
        """Whether the next thing of *kind* is to be done now: nobody has noted it yet."""
        done = getattr(self._replay.log.current(self._replay.index), kind)
        return self._replay.live and self._seen.get(kind, 0) >= len(done)

    def next(self, kind: str) -> Any:
        """The next note of *kind*, None when there is none."""
        index = self._seen.get(kind, 0)
        self._seen[kind] = index + 1
        notes = getattr(self._replay.log.current(self._replay.index), kind)
        return notes[index] if index < len(notes) else None

    def note(self, kind: str, value: Any) -> Any:
        """Remember *value* as the next of *kind*."""
        getattr(self._replay.log.current(self._replay.index), kind).append(value)
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return value

    def once(self) -> bool:
        """Whether something that leaves no trace is to be done now."""
        if self.first("quiet"):
            self.note("quiet", 1)
            return True
        self.next("quiet")
        return False

    async def unnamed(self, op: ops.Op) -> Any:
        """Do *op*, which has no name, if nobody has yet; else say what came of it then."""
        turn = self._turn
        match op:
            case ops.Send():
                return await self._send(op) if self.first("said") else _was(self.next("said"))
            case ops.Plan(message):
                return await turn.plan(message)
            case ops.Cancel(message_id):
                if not self.first("taken"):
                    return bool(self.next("taken"))
                return self.note("taken", await turn.cancel(message_id))
            case ops.File(message_id):
                if not self.first("files"):
                    return self.next("files")
                return self.note("files", await turn.media(message_id))
        raise AssertionError(op)

    async def _send(self, op: ops.Send) -> Sent:
        try:
            sent = await self._turn.send(op.message, op.at, op.purpose)
        except SendRefused as error:
            self.note("said", Said(refused=error.code, words=str(error)))
            raise
        self.note(
            "said", Said(sent.id, sent.parts, sent.losses, instant(sent.at) if sent.at else 0, sent.reason)
        )
        return sent

    async def work(self, op: ops.Step) -> Raw:
        """Do a step; its result as JSON, which can be read as its shape."""
        result = op.work()
        if isinstance(result, Awaitable) or inspect.isawaitable(result):
            result = await result
        raw = kept(result, f"what {op.key} returns")
        try:
            shaped(raw, op.shape)
        except ValidationError as error:
            raise FlowMisused(f"what {op.key} returns is not what its function says: {error}") from error
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
        if isinstance(op, ops.Ask):
            return Sleeping(op.key, op.timeout)
        if isinstance(op, ops.Wait):
            return Sleeping(op.key, op.timeout, (op.event, op.of))
        return Sleeping(op.key)

    async def ask(self, op: ops.Ask, before: str = "") -> Sleeping:
        """Ask, so that numbers of an older menu lapse."""
        turn, log = self._turn, self._replay.log
        try:
            for message in asking.messages(op, self._replay.identity, turn.words, before):
                await turn.send(message)
        except WindowClosed:
            if isinstance(turn.opened.event, MessageReceived):
                raise
            log.unasked = True  # nobody to ask now: when the contact writes
            return self.asleep(op)
        if turn.effects.messages and turn.effects.messages[-1].menu is None:
            turn.effects.messages[-1].menu = Menu("question")
        log.unasked = False
        return self.asleep(op)


def _was(said: Said | None) -> Sent:
    """What `send` returned, or raised, when it was live."""
    if said is None:
        return Sent("", 0)
    if said.refused:
        raise (WindowClosed if said.refused == WindowClosed.code else SendRefused)(said.words)
    at = moment(said.due_at) if said.due_at else None
    return Sent(said.id, said.parts, said.losses, at, said.reason)
