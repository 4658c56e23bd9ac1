"""Rows that are sent together: as many as are written within a tenth of a second, so that conversations
beside an import do not wait for it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway import CliContext
from plugins.commerce.catalogue.row import Done
from plugins.commerce.imports import store
from plugins.commerce.imports.store import File

#: Rows of the first portion, and the fewest and the most of the next.
FIRST, FEWEST, MOST = 200, 20, 1_000
#: Seconds for which a portion may keep others from writing.
HOLD = 0.08
#: Seconds beside the work itself from which it is known that nobody else is there: each portion opens the
#: database for itself then, as no gateway runs on it, or it is PostgreSQL, where nobody waits.
ALONE = 0.015
#: Characters of a portion: what is sent at once is bounded.
LARGEST = 600_000


class Taken(Struct, frozen=True):
    """What became of rows, by their number; *lost* when another run goes on in the place of this one."""

    done: Sequence[tuple[int, Done]] = ()
    lost: bool = False


class Portion:
    """Rows that wait to be sent."""

    def __init__(self, context: CliContext, file: File) -> None:
        self._context, self._file = context, file
        self._rows: list[tuple[int, dict[str, Any]]] = []
        self._most, self._until, self._refused, self._characters = FIRST, 0, 0, 0

    @property
    def full(self) -> bool:
        """Whether it is to be sent."""
        return len(self._rows) + self._refused >= self._most or self._characters > LARGEST

    def add(self, number: int, row: dict[str, Any] | None) -> None:
        """Add row *number*; None for one that was refused."""
        self._until = number
        if row is None:
            self._refused += 1
        else:
            self._rows.append((number, row))
            self._characters += sum(len(each) for each in row.values() if isinstance(each, str | dict))

    async def send(self) -> Taken:
        """Have it written."""
        if not self._rows and not self._refused:
            return Taken()
        rows, refused = self._rows, self._refused
        self._rows, self._refused, self._characters = [], 0, 0
        begun = time.perf_counter()
        answer = await self._context.work(
            store.take, msgspec.to_builtins(self._file), [row for _, row in rows], self._until, refused
        )
        self._learn(len(rows), answer["seconds"], time.perf_counter() - begun)
        if answer["lost"]:
            return Taken(lost=True)
        done = msgspec.convert(answer["results"], list[Done])
        return Taken([(number, each) for (number, _), each in zip(rows, done, strict=True)])

    def _learn(self, rows: int, inside: float, whole: float) -> None:
        """How many rows the next portion has."""
        if whole - inside > ALONE:
            self._most = MOST
        elif rows and inside:
            self._most = max(FEWEST, min(MOST, int(rows * HOLD / inside)))
