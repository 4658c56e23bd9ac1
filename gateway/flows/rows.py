"""A conversation's flows as one turn sees them: what is kept, and what this turn has made of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from gateway.flows.log import is_question
from gateway.flows.record import FlowRow, FlowWrite, flow_row
from gateway.flows.waiting import Waiting
from gateway.pipeline.queries import FLOW

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn

#: As many flows of a conversation are parked; the oldest ends.
PARKED = 5


class Rows:
    """The flows of the conversation of *turn*."""

    def __init__(self, turn: Turn, waiting: Waiting) -> None:
        self._turn, self._waiting = turn, waiting

    async def find(self, id: str) -> FlowRow | None:
        """The flow with this id, when it is open."""
        for write in reversed(self._turn.effects.flows):
            if write.row.id == id:
                return write.row if write.row.state != "ended" else None
        row = await self._turn.db.one(FLOW["one"], id=id)
        return flow_row(row) if row is not None else None

    async def named(self, plugin: str, name: str) -> FlowRow | None:
        """The newest open flow *name* of *plugin*. The database knows, for another process may have begun
        it."""
        place = self._turn.opened.conversation
        rows = await self._turn.db.all(FLOW["of_conversation"], conversation=place)
        found = [row["id"] for row in rows if (row["plugin"], row["name"]) == (plugin, name)]
        written = (write.row for write in self._turn.effects.flows)
        found += [
            row.id for row in written if (row.plugin, row.name, row.conversation) == (plugin, name, place)
        ]
        for id in reversed(found):
            if (row := await self.find(id)) is not None:
                return row
        return None

    def single(self, id: str) -> None:
        """What was just begun as *id* is to be the only one of its name."""
        flows = self._turn.effects.flows
        flows[:] = [replace(write, single=True) if write.row.id == id else write for write in flows]

    def put(self, row: FlowRow, waits: tuple[str, str] | None = None) -> None:
        """The flow is *row* from now on."""
        known = [write for write in self._turn.effects.flows if write.row.id == row.id]
        version = row.version if known else row.version + 1
        row = replace(row, version=version, updated_at=self._turn.now(), shard=self._turn.opened.shard)
        self._turn.effects.flows.append(FlowWrite(row, waits, any(write.single for write in known)))

    def end(self, row: FlowRow) -> None:
        """The flow is over."""
        self.put(replace(row, state="ended", wake_at=0))

    def open(self) -> dict[str, tuple[str, bool, str]]:
        """The open flows of the conversation, oldest first: id to (plugin, parked, pending)."""
        opened = self._turn.opened
        found = {
            held.id: (held.plugin, held.parked, held.pending)
            for held in reversed(self._waiting.of(opened.tenant, opened.conversation))
        }
        for write in self._turn.effects.flows:
            row = write.row
            found.pop(row.id, None)
            if row.state != "ended" and row.conversation == opened.conversation:
                found[row.id] = (row.plugin, row.state == "parked", row.pending)
        return found

    def active(self, beside: str = "") -> str:
        """The id of the flow that is not parked, other than *beside*; "" when there is none."""
        return next((id for id, (_, parked, _) in self.open().items() if not parked and id != beside), "")

    async def park_others(self, beside: str) -> None:
        """Put every flow but *beside* aside."""
        for id, (_, parked, _) in self.open().items():
            if id != beside and not parked and (row := await self.find(id)) is not None:
                await self.park(row)

    async def park(self, row: FlowRow) -> None:
        """Put one aside; what it waits for may still come. Of too many that ask the oldest end."""
        self.put(replace(row, state="parked"), await self.waits(row))
        parked = [id for id, (_, parked, at) in self.open().items() if parked and is_question(at)]
        for id in parked[:-PARKED]:
            if (oldest := await self.find(id)) is not None:
                self.end(oldest)

    async def waits(self, row: FlowRow) -> tuple[str, str] | None:
        """The event that wakes *row*."""
        for write in reversed(self._turn.effects.flows):
            if write.row.id == row.id:
                return write.waits
        if not row.pending.startswith("wait:"):
            return None
        found = await self._turn.db.one(FLOW["waits"], flow=row.id)
        return (found["name"], found["key"]) if found is not None else None
