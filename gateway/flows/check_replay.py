"""One conversation's log, held against the function that would go on with it."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec
from msgspec import Struct

from gateway.errors import FlowChanged, FlowEnded, FlowMisused
from gateway.flows import log as logs
from gateway.flows import ops
from gateway.flows.record import FlowRow
from gateway.flows.replay import Replay
from gateway.flows.signs import Rewind, Trigger
from gateway.hooks.calls import called
from gateway.hooks.host import Host
from gateway.hooks.plugin import Plugin, display

if TYPE_CHECKING:
    from gateway.flows.check_desk import DryTurn
    from gateway.pipeline.turn import Turn

#: renamed: the code comes to something else than the log; over: it ends before; unreadable: it does not take
#: what was answered; args: what it was started with does not fit; gone: there is no such flow; failed: it
#: raises.
Kind = Literal["renamed", "over", "unreadable", "args", "gone", "failed"]


class Misfit(Struct, frozen=True):
    """Why a conversation does not fit. *recorded* is the key in its log, *asked* where the code comes to
    instead; *answered* when the log has more than the pending question there. *detail* is a sentence or "";
    *where* is ``file:line`` of the flow."""

    kind: Kind
    recorded: str = ""
    asked: str = ""
    answered: bool = False
    detail: str = ""
    where: str = ""


class _Watched(Replay):
    """A replay that remembers how far the function came."""

    reached = ""

    async def _perform(self, op: ops.Op) -> Any:
        if isinstance(op, ops.Keyed):
            self.reached = op.key
        return await super()._perform(op)


async def misfit(host: Host, row: FlowRow, turn: DryTurn) -> Misfit | None:
    """Replay *row* up to where it waits; what does not fit, None when it would go on."""
    flow = host.flow(row.plugin, row.name, row.code)
    if flow is None:
        missing = host.named(row.plugin) is None
        return Misfit("gone", detail=host.missing([row.plugin]) if missing else "")
    plugin = host.running(row.plugin)
    code = flow.function.__code__ if hasattr(flow.function, "__code__") else None
    where = display(code.co_filename, code.co_firstlineno) if code is not None else ""
    try:
        past = logs.read(row.log)
        args, kwargs = called(flow.function, row.args)
    except (TypeError, msgspec.MsgspecError) as error:
        return Misfit("args", recorded=row.pending, detail=str(error), where=where)
    trigger = Trigger("again", row.pending)
    replay = _Watched(cast("Turn", turn), plugin, flow, row.id, past, trigger, row.started_at)
    try:
        sleeping = await replay.run(args, kwargs)
    except FlowChanged as changed:
        return _changed(replay, row, str(changed), where)
    except FlowMisused as misused:
        return Misfit("failed", recorded=_at(replay, row), detail=str(misused), where=where)
    except (FlowEnded, Rewind):
        return Misfit("over", recorded=_at(replay, row), answered=_answered(replay), where=where)
    except Exception as error:  # the author's: it would fail in the turn as well
        detail = f"{type(error).__name__}: {error}"[:200]
        return Misfit("failed", _at(replay, row), detail=detail, where=_line(plugin, error) or where)
    if sleeping is None:
        return Misfit("over", recorded=_at(replay, row), where=where)
    return None


def _changed(replay: _Watched, row: FlowRow, detail: str, where: str) -> Misfit:
    recorded, answered = _at(replay, row), _answered(replay)
    if "returned before" in detail:
        return Misfit("over", recorded, answered=answered, where=where)
    entries = replay.log.entries
    if replay.index and entries[replay.index - 1].key == replay.reached != recorded:
        # It came to what was recorded, and could not read it.
        return Misfit(
            "unreadable", replay.reached, replay.reached, True, detail.rpartition("any more: ")[2], where
        )
    if replay.reached == recorded:
        return Misfit("unreadable", recorded, recorded, answered, detail, where)
    return Misfit("renamed", recorded, replay.reached, answered, where=where)


def _at(replay: _Watched, row: FlowRow) -> str:
    """The key in the log that comes next."""
    entries = replay.log.entries
    return entries[replay.index].key if replay.index < len(entries) else row.pending


def _answered(replay: _Watched) -> bool:
    return replay.index < len(replay.log.entries)


def _line(plugin: Plugin, error: BaseException) -> str:
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if plugin.owns(frame.filename)]
    return display(own[-1].filename, own[-1].lineno or 0) if own else ""
