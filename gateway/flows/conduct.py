"""What becomes of a flow in one turn: it is loaded, replayed, and kept as it is then."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from gateway.errors import FlowChanged, FlowEnded, FlowTimeout, Retry, StoreError, WindowClosed
from gateway.facts import Parked
from gateway.flows import asking, ending, taps
from gateway.flows import log as logs
from gateway.flows.claiming import Wish
from gateway.flows.flow import Flow
from gateway.flows.log import Log, is_question, kept
from gateway.flows.misuse import TOO_LONG, Place
from gateway.flows.parking import Parking
from gateway.flows.record import FlowRow
from gateway.flows.replay import Replay
from gateway.flows.rows import Rows
from gateway.flows.signs import Rewind, Sleeping, TooLong, Trigger
from gateway.flows.waiting import Waiting
from gateway.hooks.calls import arguments, called
from gateway.hooks.plugin import Plugin
from gateway.model.ids import new_id
from gateway.model.inside import Woke
from gateway.observe import get_logger

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn

log = get_logger("gateway.flows")

#: A log that never fits twice belongs to a function that does something else each time.
RESTARTS = 3
#: A function that failed this often at one place is not run again there.
FAILURES = 3


class Conduct:
    """*waiting* says which flows a conversation has."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self.parking = Parking(waiting)
        #: By flow: the operation at which it failed, and how often.
        self._failed: dict[str, tuple[str, int]] = {}

    async def begin(
        self, turn: Turn, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        """Begin *flow*, up to its first question; go on with the one that is open, if it is a single one."""
        plugin = turn.around.host.running(turn.plugin)
        place = Place(plugin, flow.name)
        if not turn.opened.conversation or turn.opened.channel is None:
            raise place.misused("a flow needs a conversation, and this event belongs to none")
        if flow.name not in plugin.offers.flows:
            raise place.misused("it is no flow of this plugin's own: mark a function of its modules @flow")
        if flow.single and await self._goes_on(turn, plugin, flow):
            return
        raw = kept(arguments(args, kwargs), f"plugin '{plugin.name}': what {flow.name} is started with")
        now = turn.now()
        row = FlowRow(
            turn.opened.tenant, new_id(), plugin.name, flow.name, turn.opened.conversation, "waiting", "",
            flow.version, bytes(raw).decode(), "", 0, 0, 0, now, now,
        )  # fmt: skip
        await self._run(turn, row, flow, Log(), None)
        if flow.single:
            Rows(turn, self._waiting).single(row.id)

    async def _goes_on(self, turn: Turn, plugin: Plugin, flow: Flow[..., Any]) -> bool:
        """Whether the conversation has an open *flow*: it goes on, as if the contact had tapped to resume."""
        rows = Rows(turn, self._waiting)
        row = await rows.named(plugin.name, flow.name)
        if row is None:
            return False
        if is_question(row.pending):
            return await self._tried(turn, row, Trigger("again", row.pending))
        if row.state == "parked":
            await self._awake(rows, row)
        return True

    async def drop(self, turn: Turn, parked: Parked) -> bool:
        """End the flow *parked* without a word; False when it is not put aside any more."""
        if parked.plugin != turn.plugin:
            raise Place(turn.around.host.running(turn.plugin), parked.name).misused(
                f"it is a flow of the plugin '{parked.plugin}': a plugin ends its own"
            )
        tap, opened = taps.read(parked.reply_id), turn.opened
        held = self._waiting.of(opened.tenant, opened.conversation)
        id = next((one.id for one in held if tap is not None and tap.of(one.id)), "")
        rows = Rows(turn, self._waiting)
        row = await rows.find(id) if id else None
        if row is None or row.state != "parked":
            return False
        rows.end(row)
        return True

    async def answered(self, turn: Turn, wish: Wish) -> bool:
        """The contact has written to the flow; False when it is gone."""
        rows = Rows(turn, self._waiting)
        row = await rows.find(wish.flow)
        if row is None:  # ended by a turn of another process
            self._waiting.end(turn.opened.tenant, turn.opened.conversation, wish.flow)
        if row is None or gone_on(turn, row):
            return False
        why = "again" if wish.why == "resume" else wish.why
        if wish.why == "resume" and not is_question(row.pending):
            await self._awake(rows, row)
            await ending.tell(turn, turn.words.core("We are still at it, and will write to you."))
            return True
        if why == "park" or (why != "cancel" and not is_question(row.pending)):
            return False
        trigger = Trigger(why, row.pending, asking.answer_of(turn, row.id, row.pending))
        return await self._tried(turn, row, trigger)

    async def _awake(self, rows: Rows, row: FlowRow) -> None:
        """What waits for no answer is the conversation's active flow again."""
        await rows.park_others(row.id)
        rows.put(replace(row, state="waiting"), await rows.waits(row))

    async def _tried(self, turn: Turn, row: FlowRow, trigger: Trigger) -> bool:
        """Let *trigger* in; False when the flow's function is gone. One that keeps failing there ends."""
        place, failures = self._failed.get(row.id, ("", 0))
        if place == row.pending and failures >= FAILURES:
            self._failed.pop(row.id, None)
            log.error("flow.broken", plugin=row.plugin, flow=row.name, key=row.pending, failures=failures)
            await ending.tell(turn, ending.broken(turn.words))
            await self._settle(turn, row, Log(), None)
            return True
        try:
            found = await self._resume(turn, row, trigger)
        except (Retry, StoreError, WindowClosed):
            raise
        except (Exception, asyncio.CancelledError):
            self._fail(row)
            raise
        self._failed.pop(row.id, None)
        return found

    def _fail(self, row: FlowRow) -> None:
        """The flow's function failed where it is."""
        if len(self._failed) >= 10_000:
            self._failed.clear()
        place, failures = self._failed.get(row.id, ("", 0))
        self._failed[row.id] = (row.pending, failures + 1 if place == row.pending else 1)

    async def woken(self, turn: Turn, woke: Woke) -> None:
        """What the flow waits for has come, or its time is over."""
        row = await Rows(turn, self._waiting).find(woke.flow)
        if row is None or row.pending != woke.op:
            return
        if woke.why == "timeout" and row.wake_at > turn.now():
            return  # it was asked again meanwhile
        if woke.why == "resume":
            await self._resume(turn, row, Trigger("again", row.pending))
            return
        trigger = Trigger(woke.why, row.pending, None, woke.payload, woke.error, signal=woke.signal)
        await self._resume(turn, row, trigger)

    # How.

    async def _resume(self, turn: Turn, row: FlowRow, trigger: Trigger) -> bool:
        flow = turn.around.host.flow(row.plugin, row.name, row.code)
        if flow is None or turn.opened.channel is None:
            log.warning("flow.gone", plugin=row.plugin, flow=row.name, hint="the plugin has no such flow now")
            Rows(turn, self._waiting).end(row)
            return False
        await self._run(turn, row, flow, logs.read(row.log), trigger)
        return True

    async def _run(
        self, turn: Turn, row: FlowRow, flow: Flow[..., Any], past: Log, trigger: Trigger | None
    ) -> None:
        plugin = turn.around.host.running(row.plugin)
        replay = Replay(turn, plugin, flow, row.id, past, trigger, row.started_at)
        try:
            args, kwargs = self._arguments(plugin, flow, row)
            sleeping = await replay.run(args, kwargs)
        except Rewind as rewind:
            trigger = Trigger("again", _last_question(past))
            await self._run(turn, replace(row, epoch=row.epoch + 1), flow, rewind.log, trigger)
            return
        except FlowChanged as changed:
            await self._changed(turn, row, flow, past, changed)
            return
        except WindowClosed:
            if not isinstance(turn.opened.event, Woke) or not replay.current.drop():
                raise
            log.warning("flow.window_closed", plugin=row.plugin, flow=row.name, hint="a message was dropped")
            await self._run(turn, row, flow, replay.log, None)
            return
        except TooLong as error:
            log.error("flow.too_long", plugin=row.plugin, flow=row.name, problem=str(error))
            await ending.tell(turn, ending.broken(turn.words))
            sleeping = None
        except FlowEnded as ended:
            if row.state != "parked" or not isinstance(ended, FlowTimeout):  # who went away is not told so
                await ending.tell(turn, ending.farewell(turn.words, ended))
            sleeping = None
        await self._settle(turn, row, replay.log, sleeping)

    def _arguments(
        self, plugin: Plugin, flow: Flow[..., Any], row: FlowRow
    ) -> tuple[Sequence[Any], Mapping[str, Any]]:
        try:
            return called(flow.function, row.args)
        except (TypeError, msgspec.ValidationError) as error:
            words = f"what it was started with does not fit its arguments: {error}"
            if not row.version:
                raise Place(plugin, flow.name).misused(words) from error
            raise FlowChanged(words) from error

    async def _changed(
        self, turn: Turn, row: FlowRow, flow: Flow[..., Any], past: Log, changed: FlowChanged
    ) -> None:
        """The function has changed under the conversation: begin again, politely."""
        log.warning(
            "flow.changed", plugin=row.plugin, flow=row.name, problem=str(changed), restarts=past.restarts,
            hint="the conversation begins again; see on_change in docs/flows.md",
        )  # fmt: skip
        if past.restarts >= RESTARTS:
            await ending.tell(turn, ending.broken(turn.words))
            await self._settle(turn, row, past, None)
            return
        await ending.tell(turn, ending.changed(turn.words))
        fresh = replace(row, epoch=row.epoch + 1, code=flow.version, started_at=turn.now())
        await self._run(turn, fresh, flow, Log(restarts=past.restarts + 1), None)

    async def _settle(self, turn: Turn, row: FlowRow, past: Log, sleeping: Sleeping | None) -> None:
        """Keep the flow as it is now."""
        rows, text = Rows(turn, self._waiting), logs.written(past)
        if len(text) > logs.MOST_BYTES:
            log.error("flow.too_long", plugin=row.plugin, flow=row.name, problem=TOO_LONG, bytes=len(text))
            await ending.tell(turn, ending.broken(turn.words))
            sleeping = None
        if sleeping is None:
            if row.version or any(write.row.id == row.id for write in turn.effects.flows):
                rows.end(row)
            await self.parking.offer_newest(turn, rows)
            return
        if is_question(sleeping.key) or not rows.active(row.id):
            await rows.park_others(row.id)
            row = replace(row, state="waiting")
        wake_at = sleeping.until(turn.now())
        rows.put(replace(row, pending=sleeping.key, log=text, wake_at=wake_at), sleeping.waits)


def gone_on(turn: Turn, row: FlowRow) -> bool:
    """Whether the message of *turn* is replayed, and was written before the flow came to where it is: it is
    no answer to what is asked now."""
    return bool(turn.opened.plugins) and row.updated_at > turn.opened.received_at


def _last_question(past: Log) -> str:
    return next(entry.key for entry in reversed(past.entries) if is_question(entry.key))
