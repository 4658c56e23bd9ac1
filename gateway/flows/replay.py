"""One run of a flow's function: what the log holds is given back, then what came goes in, then it is live.

The function is driven step by step. It is put to sleep by an exception that it must let pass, so that whoever
swallows it, or still talks while it passes, is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import CoroutineType
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.chat import Chat
from gateway.errors import (
    FlowCancelled,
    FlowChanged,
    FlowEnded,
    FlowMisused,
    FlowTimeout,
    JobFailed,
    SendRefused,
    TooManyTries,
)
from gateway.flows import asking, misuse, ops
from gateway.flows.desk import FlowDesk
from gateway.flows.fields.field import Invalid
from gateway.flows.flow import Flow
from gateway.flows.live import Live
from gateway.flows.log import MOST_ENTRIES, Answered, AnyEntry, Came, Entry, Log, Notes, Stepped, Unanswered
from gateway.flows.misuse import Place
from gateway.flows.names import Names
from gateway.flows.signs import Fatal, Rewind, Sleep, Sleeping, Suspended, TooLong, Trigger
from gateway.hooks.calls import shaped
from gateway.hooks.plugin import Plugin

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn


class Replay:
    """*identity* is the flow's id, *log* what happened (it grows), *trigger* what has come, None at the very
    beginning."""

    def __init__(
        self, turn: Turn, plugin: Plugin, flow: Flow[..., Any], identity: str, log: Log,
        trigger: Trigger | None, started_at: int,
    ) -> None:  # fmt: skip
        self.turn, self.flow, self.log = turn, flow, log
        self.identity, self.trigger = identity, trigger
        self.place = Place(plugin, flow.name)
        #: The time of what is replayed, and of this turn once it is live.
        self._now = turn.now()
        self.at = started_at
        self.index = 0
        self.doer = Live(self)
        #: A step runs: its chat is the turn's.
        self.working = False
        self._stepping = self._asleep = False
        self._misuse: FlowMisused | None = None

    @property
    def live(self) -> bool:
        """Nothing is left to replay."""
        return self.trigger is None and self.index == len(self.log.entries)

    @property
    def current(self) -> Notes:
        """What was done since the last operation."""
        return self.log.current(self.index)

    # What the desk asks.

    def misused(self, words: str) -> FlowMisused:
        """The refusal of what the function does; it counts also where the function catches it."""
        self._misuse = self.place.misused(words)
        return self._misuse

    def check(self) -> None:
        """Refuse a call while the flow is put to sleep, and one from beside the function."""
        if self._asleep:
            raise self.misused(misuse.ASLEEP)
        if not self._stepping:
            raise self.misused(misuse.ONE)

    # The run.

    async def run(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Sleeping | None:
        """Run the function as far as it goes: where it sleeps, None when it has returned. Raises what it
        raised, `FlowChanged`, `FlowMisused` and `Rewind`."""
        names = Names(self.flow)
        desk = FlowDesk(self, names)
        desk.chat = Chat(desk)
        if self.live:
            self.at = self._now
        coroutine = self.flow.function(desk.chat, *args, **kwargs)
        if not isinstance(coroutine, CoroutineType):
            raise self.misused("write the function with 'async def'")
        try:
            return await self._drive(coroutine)
        finally:
            self._asleep = True
            with suppress(Exception):  # what it still wants to say is no news: it has failed already
                coroutine.close()

    async def _drive(self, coroutine: CoroutineType[Any, Any, Any]) -> Sleeping | None:
        value: Any = None
        error: BaseException | None = None
        while True:
            try:
                op = self._step(coroutine, value, error)
            except StopIteration:
                if self.trigger is not None or self.index < len(self.log.entries):
                    raise FlowChanged("the function returned before what it waited for") from None
                return None
            value, error = None, None
            try:
                value = await self._perform(op)
            except Sleep as sleep:
                self._put_to_sleep(coroutine)
                return sleep.where
            except Fatal as fatal:
                if isinstance(fatal.error, FlowMisused):  # it does not know where yet
                    told = self.place.misused(str(fatal.error), self.place.waiting(coroutine))
                    raise type(fatal.error)(str(told)) from None
                raise fatal.error from None
            except (FlowEnded, SendRefused) as refused:
                error = refused
            finally:
                if self._misuse is not None:
                    raise self._misuse

    def _step(
        self, coroutine: CoroutineType[Any, Any, Any], value: Any, error: BaseException | None
    ) -> ops.Op:
        """Let the function run to its next call; that."""
        self._stepping = True
        try:
            found = coroutine.send(value) if error is None else coroutine.throw(error)
        finally:
            self._stepping = False
            if self._misuse is not None:
                raise self._misuse
        if not isinstance(found, ops.Op):
            at = self.place.waiting(coroutine)
            raise self.place.misused(misuse.awaited(found), at)
        return found

    def _put_to_sleep(self, coroutine: CoroutineType[Any, Any, Any]) -> None:
        at = self.place.waiting(coroutine)
        self._asleep = True
        try:
            coroutine.throw(Suspended())
        except Suspended:
            if self._misuse is not None:
                raise self._misuse from None
            return
        except StopIteration:
            raise self.place.misused(misuse.SWALLOWED, at) from None
        except BaseException:
            if self._misuse is not None:
                raise self._misuse from None
            raise
        raise self._misuse or self.place.misused(misuse.ASLEEP, self.place.waiting(coroutine))

    async def _perform(self, op: ops.Op) -> Any:
        if not isinstance(op, ops.Keyed):
            return await self.doer.unnamed(op)
        if self.index < len(self.log.entries):
            return self._past(op)
        if self.trigger is not None:
            return await self._arrived(op, self.trigger)
        if isinstance(op, ops.Step):
            return await self._work(op)
        return await self._sleep(op, self.doer.begin(op))

    def _past(self, op: ops.Keyed) -> Any:
        """What the log says of *op*."""
        entry = self.log.entries[self.index]
        if entry.key != op.key:
            raise FlowChanged(f"the log has {entry.key} where the function comes to {op.key}")
        self._over(entry)
        return self._result(op, entry)

    def _over(self, entry: Entry) -> None:
        self.index += 1
        self.at = entry.at
        self.doer.turned()

    def _result(self, op: ops.Keyed, entry: Entry) -> Any:
        try:
            match entry, op:
                case Answered(), ops.Ask():
                    return asking.reading(op, entry.answer)
                case Stepped() | Came(), ops.Step() | ops.RunJob() | ops.Wait():
                    return shaped(entry.result, op.shape)
                case Unanswered(), _:
                    pass
                case _:
                    raise FlowChanged(f"{op.key} is another operation now")
        except (Invalid, msgspec.ValidationError) as error:
            raise FlowChanged(f"what the log holds of {op.key} does not fit any more: {error}") from error
        raise _ENDS[entry.why](entry.words)

    def _keep(self, op: ops.Keyed, entry: AnyEntry) -> Any:
        """*op* is over: its entry, and its result."""
        if len(self.log.entries) >= MOST_ENTRIES:
            raise Fatal(TooLong(misuse.TOO_LONG))
        self.log.entries.append(entry)
        self.log.tries, self.log.unasked = 0, False
        self.trigger = None
        self._over(entry)
        return self._result(op, entry)

    async def _work(self, op: ops.Step) -> Any:
        self.working = True
        try:
            result = await self.doer.work(op)
        except Exception as error:
            raise Fatal(error) from None
        finally:
            self.working = False
        return self._keep(op, Stepped(key=op.key, at=self._now, result=result))

    async def _sleep(self, op: ops.Keyed, begun: Awaitable[Sleeping]) -> Any:
        """Sleep at *op* once it has *begun*. What the channel refuses is the function's to know."""
        try:
            where = await begun
        except SendRefused as error:
            return self._keep(op, Unanswered(key=op.key, at=self._now, why="refused", words=str(error)))
        except Exception as error:
            raise Fatal(error) from None
        raise Sleep(where)

    async def _arrived(self, op: ops.Keyed, trigger: Trigger) -> Any:
        """The pending operation is reached: let in what has come."""
        if op.key != trigger.key:
            raise FlowChanged(f"the log waits at {trigger.key}, the function comes to {op.key}")
        self.at = self._now
        match trigger.why:
            case "timeout":
                return self._keep(op, Unanswered(key=op.key, at=self._now, why="timeout"))
            case "cancel":
                return self._keep(op, Unanswered(key=op.key, at=self._now, why="cancelled"))
            case "event" | "job":
                if trigger.error:
                    entry = Unanswered(key=op.key, at=self._now, why="job", words=trigger.error)
                    return self._keep(op, entry)
                came = Came(key=op.key, at=self._now, result=trigger.payload, signal=trigger.signal)
                return self._keep(op, came)
        if not isinstance(op, ops.Ask):
            self.trigger = None
            raise Sleep(self.doer.asleep(op))
        return await self._told(op, trigger)

    async def _told(self, op: ops.Ask, trigger: Trigger) -> Any:
        """The contact has said something to the question *op*."""
        words, answer = self.turn.words, trigger.answer
        if trigger.why == "again" or self.log.unasked or answer is None:
            return await self._sleep(op, self.doer.ask(op, trigger.before))
        if trigger.why == "back" and op.rules.back:
            if (left := self.log.undo()) is None:
                return await self._sleep(op, self.doer.ask(op, words.core("You cannot go back from here.")))
            raise Rewind(left)
        try:
            asking.reading(op, answer)
        except Invalid as invalid:
            self.log.tries += 1
            if self.log.tries > op.retries:
                return self._keep(op, Unanswered(key=op.key, at=self._now, why="tries"))
            return await self._sleep(op, self.doer.ask(op, asking.refusal(op, invalid, words)))
        return self._keep(op, Answered(key=op.key, at=self._now, answer=answer))


_ENDS: Mapping[str, Callable[[str], FlowEnded | SendRefused]] = {
    "refused": SendRefused,
    "timeout": lambda words: FlowTimeout(words or "the time for this was over"),
    "cancelled": lambda words: FlowCancelled(words or "the contact ended it"),
    "tries": lambda words: TooManyTries(words or "none of the answers could be read"),
    "job": lambda words: JobFailed(words or "the job was given up"),
}
