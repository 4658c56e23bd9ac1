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
    version: int = 0


class Waiting:
    """Kept in step with the database: told of every flow that a commit has written. When it is `shared`, the
    flows of the shards that are open are known, and no others."""

    def __init__(self, *, shared: bool = False) -> None:
        self._shared = shared
        self._held: dict[_Key, tuple[Held, ...]] = {}
        #: The conversations of each open shard that have a flow.
        self._shards: dict[int, set[_Key]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    def of(self, tenant: str, conversation: str) -> tuple[Held, ...]:
        """The flows of a conversation, newest first; one at most is not parked."""
        return self._held.get((tenant, conversation), ())

    def take(self, rows: Iterable[FlowRow]) -> None:
        """These rows are durable, in this order."""
        for row in rows:
            if self._shared and row.shard not in self._shards:
                continue
            key = (row.tenant, row.conversation)
            known = self._held.get(key, ())
            if any(held.id == row.id and held.version > row.version for held in known):
                continue  # it was read before it went on
            rest = tuple(held for held in known if held.id != row.id)
            if row.state != "ended":
                held = Held(row.id, row.plugin, row.name, row.pending, row.state == "parked", row.version)
                rest = (held, *rest)
            self._keep(key, rest, row.shard)

    def open(self, shards: Iterable[int]) -> None:
        """Know the flows of these shards from now on."""
        for shard in shards:
            self._shards.setdefault(shard, set())

    def forget(self, shards: Iterable[int]) -> None:
        """These shards are another's."""
        for shard in shards:
            for key in self._shards.pop(shard, ()):
                self._held.pop(key, None)

    def renew(self, tenant: str, conversation: str, shard: int, rows: Iterable[FlowRow]) -> None:
        """These are all the flows of a conversation, the newest last."""
        self._keep((tenant, conversation), (), shard)
        self.take(rows)

    def end(self, tenant: str, conversation: str, id: str) -> None:
        """A flow is gone."""
        key = (tenant, conversation)
        rest = tuple(held for held in self._held.get(key, ()) if held.id != id)
        self._keep(key, rest, None)

    def _keep(self, key: _Key, rest: tuple[Held, ...], shard: int | None) -> None:
        if rest:
            self._held[key] = rest
            if self._shared and shard is not None:
                self._shards[shard].add(key)
        else:
            self._held.pop(key, None)
