"""Which conversations have a flow, in memory: so that a message in one that has none costs nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from gateway.flows.record import FlowRow

_Key = tuple[str, str]


class Held(Struct, frozen=True):
    """A flow that a conversation has. *parked* when its next message is not for it."""

    id: str
    plugin: str
    name: str
    pending: str
    parked: bool


class Waiting:
    """Kept in step with the database: told of every flow that a commit has written."""

    def __init__(self) -> None:
        self._held: dict[_Key, tuple[Held, ...]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def of(self, tenant: str, conversation: str) -> tuple[Held, ...]:
        """The flows of a conversation, newest first; one at most is not parked."""
        return self._held.get((tenant, conversation), ())

    def take(self, rows: Iterable[FlowRow]) -> None:
        """These rows are durable, in this order."""
        for row in rows:
            key = (row.tenant, row.conversation)
            rest = tuple(held for held in self._held.get(key, ()) if held.id != row.id)
            if row.state != "ended":
                rest = (Held(row.id, row.plugin, row.name, row.pending, row.state == "parked"), *rest)
            if rest:
                self._held[key] = rest
            else:
                self._held.pop(key, None)
