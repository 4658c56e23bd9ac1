"""After an unclean end: webhooks that a process may have died of are counted before they are parsed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.records import LAST_START
from gateway.pipeline.shards import Open
from gateway.store.port import Store


class Begun:
    """What this process has begun of them: it is not counted again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: set[tuple[int, int]] = set()
        #: Which start of a row this is. A count whose answer was lost is asked for again, and is the same.
        self._start: dict[tuple[int, int], int] = {}

    async def count(self, rows: Sequence[Open]) -> tuple[list[Open], list[Open]]:
        """Count a start of *rows*, in one write. Those that go on, and those that were begun once too often;
        what is another's is in neither."""
        places = [
            {"shard": row.shard, "id": row.id, "starts": self._start.setdefault(row.place, row.starts + 1)}
            for row in rows
            if row.place not in self._begun
        ]
        found = await self._store.write(lambda tx: tx.each(JOURNAL["begin"], places)) if places else []
        for row in rows:
            self._start.pop(row.place, None)
        starts = {(row["shard"], row["id"]): int(row["starts"]) for row in found}
        # What is to be set aside is not remembered: when that fails, it is not parsed the next time.
        self._begun.update(place for place, count in starts.items() if count < LAST_START)
        return (
            [row for row in rows if row.place in self._begun],
            [row for row in rows if starts.get(row.place, 0) >= LAST_START],
        )

    def done(self, rows: Iterable[Open]) -> None:
        """*rows* are open no more."""
        self._begun.difference_update(row.place for row in rows)

    def lose(self, shards: frozenset[int]) -> None:
        """*shards* are another's: when they come back, what is begun of them is begun anew."""
        self._begun = {place for place in self._begun if place[0] not in shards}
        self._start = {place: start for place, start in self._start.items() if place[0] not in shards}
