"""Flows that are put aside, and the offers to go on with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gateway.facts import Parked
from gateway.flows import ending, taps
from gateway.flows.log import is_question
from gateway.flows.rows import Rows
from gateway.flows.waiting import Waiting
from gateway.model.inside import Woke

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn


class Parking:
    """*waiting* says which flows a conversation has."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    async def park(self, turn: Turn, flow: str) -> None:
        """Put the flow aside, behind what the plugins have answered, and offer to go on with it; unless the
        answer was that it goes on."""
        rows = Rows(turn, self._waiting)
        row = await rows.find(flow)
        if row is None or row.state == "parked" or turn.opened.plugins:  # what is replayed parks nothing
            return
        if any(write.row.id == flow for write in turn.effects.flows):
            return
        await rows.park(row)
        if not rows.active(row.id):
            await self._offer(turn, row.id, row.plugin, row.name)

    def parked(self, turn: Turn) -> Sequence[Parked]:
        """The parked flows, newest first."""
        held = self._waiting.of(turn.opened.tenant, turn.opened.conversation)
        return tuple(
            Parked(one.plugin, one.name, _title(turn, one.plugin, one.name), taps.resume_id(one.id))
            for one in held
            if one.parked and is_question(one.pending) and _used(turn, one.plugin)
        )

    async def offer_newest(self, turn: Turn, rows: Rows) -> None:
        """A flow is over: offer to go on with the one that was put aside last."""
        event = turn.opened.event
        if rows.active() or (isinstance(event, Woke) and event.why == "timeout"):
            return
        for id, (plugin, _, pending) in reversed(rows.open().items()):
            if is_question(pending) and _used(turn, plugin):
                row = await rows.find(id)
                if row is not None:
                    await self._offer(turn, row.id, plugin, row.name)
                return

    async def _offer(self, turn: Turn, id: str, plugin: str, name: str) -> None:
        await ending.tell(turn, ending.offer(turn.words, id, _title(turn, plugin, name)))


def _used(turn: Turn, plugin: str) -> bool:
    """Whether the tenant uses the plugin now."""
    return plugin in turn.around.plugins(turn.opened.tenant)


def _title(turn: Turn, plugin: str, name: str) -> str:
    flow = turn.around.host.flow(plugin, name)
    if flow is None or not flow.title:
        return ""
    opened = turn.opened
    return turn.around.speech.words(plugin, turn.tenant, opened.language, opened.address).t(flow.title)
