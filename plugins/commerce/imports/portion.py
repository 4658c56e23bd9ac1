"""Rows that are sent together: as many as are written within a tenth of a second, so that conversations
beside an import do not wait for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway import CliContext, GatewayError
from plugins.commerce.catalogue.row import Done
from plugins.commerce.imports import store
from plugins.commerce.imports.cells import Problem
from plugins.commerce.imports.store import File

#: Rows of the first portion, the fewest and the most of the next, and those that are not halved any more.
FIRST, FEWEST, MOST, LEAST = 200, 100, 1_000, 20
#: Seconds for which a portion may keep others from writing; and where there are no others.
HOLD, ALONE = 0.1, 0.5
#: Characters of a portion: what is sent at once is bounded.
LARGEST = 600_000


class Taken(Struct, frozen=True):
    """What became of rows, by their number; *problems* of those that were not even sent; *lost* when another
    run goes on in the place of this one."""

    done: Sequence[tuple[int, Done]] = ()
    problems: Sequence[Problem] = ()
    lost: bool = False


class Portion:
    """Rows that wait to be sent."""

    def __init__(self, context: CliContext, file: File) -> None:
        self._context, self._file = context, file
        self._rows: list[tuple[int, dict[str, Any]]] = []
        self._problems: list[Problem] = []
        self._most, self._until, self._refused, self._characters = FIRST, 0, 0, 0

    @property
    def full(self) -> bool:
        """Whether it is to be sent."""
        return len(self._rows) + self._refused >= self._most or self._characters > LARGEST

    def add(self, number: int, row: dict[str, Any], problems: Sequence[Problem]) -> None:
        """Add row *number*; one with *problems* is not sent."""
        self._until = number
        if problems:
            self._problems += problems
            self._refused += 1
        else:
            self._rows.append((number, row))
            self._characters += sum(len(each) for each in row.values() if isinstance(each, str | dict))

    async def send(self) -> Taken:
        """Have it written."""
        if not self._rows and not self._refused:
            return Taken()
        rows, refused, problems = self._rows, self._refused, self._problems
        self._rows, self._refused, self._problems, self._characters = [], 0, [], 0
        return await self._sent(rows, self._until, refused, problems)

    async def _sent(
        self,
        rows: Sequence[tuple[int, dict[str, Any]]],
        until: int,
        refused: int,
        problems: Sequence[Problem],
    ) -> Taken:
        """Have *rows* written. Where that took too long, or was too much, it was undone: in halves then."""
        given, half = msgspec.to_builtins(self._file), len(rows) // 2
        try:
            answer = await self._context.work(store.take, given, [row for _, row in rows], until, refused)
        except GatewayError:
            if half < LEAST:
                raise
            self._most = half
            first = await self._sent(rows[:half], rows[half - 1][0], 0, ())
            rest = await self._sent(rows[half:], until, refused, problems)
            return Taken([*first.done, *rest.done], rest.problems, first.lost or rest.lost)
        self._learn(len(rows), answer["seconds"], answer["where"] == store.where())
        if answer["lost"]:
            return Taken(lost=True)
        done = msgspec.convert(answer["results"], list[Done])
        return Taken([(number, each) for (number, _), each in zip(rows, done, strict=True)], problems)

    def _learn(self, rows: int, seconds: float, here: bool) -> None:
        """How many rows the next portion has. What was written *here* was so by nobody who has conversations
        too: no gateway runs on this file, or it is PostgreSQL, where nobody waits."""
        if rows and seconds:
            fitting = int(rows * (ALONE if here else HOLD) / seconds)
            self._most = max(FEWEST, min(MOST, fitting, 4 * self._most))
