"""The checks themselves: most are one statement of `rules.sql`, some need more than SQL."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from gateway.channel import SHARDS
from gateway.model.ids import digest
from gateway.store.port import Dialect, Row, Tx
from gateway.store.sql import Queries, load_queries
from gateway.verify.record import Finding, Values
from gateway.verify.walk import Page

#: Conversations whose newest accepted part is remembered while parts are gone through.
REMEMBERED = 200_000
#: Answers out of order in one page that are asked about; where there are more, these say enough.
ASKED = 200


def rules_of(dialect: Dialect) -> Queries:
    """The statements of the checks."""
    return load_queries(Path(__file__).with_name("rules.sql"), dialect)


class Rule(Protocol):
    """One check's look at one page. *again* is a second look at rows that were found before."""

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        """What is not as it must be."""


def finding(page: Page, key: Any, id: Any, detail: str, *, late: bool = False) -> Finding:
    """A row of *page* that breaks a check."""
    tenant = page.place if isinstance(page.place, str) else ""
    return Finding(tenant, str(id), detail, late, page.place, key)


class Plain:
    """One statement, which says all."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        rows = await _rows(tx, self._sql, page, values)
        return [finding(page, row["id"], row["id"], row["detail"], late=bool(row["late"])) for row in rows]


class Shards:
    """Rows lie in the shard of their channel. What is of no channel lies anywhere."""

    def __init__(self, sql: str) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        found = []
        for row in await _rows(tx, self._sql, page, values):
            right = zlib.crc32(row["channel"].encode()) % SHARDS
            if row["channel"] and row["shard"] != right:
                detail = (
                    f"and {row['n'] - 1} more in shard {row['shard']}; channel {row['channel']} has {right}"
                )
                found.append(finding(page, row["id"], row["id"], detail))
        return found


class Seen:
    """The key under which a message's duplicates die is there."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        rows = await _rows(tx, self._sql.message_keys, page, values)
        asked = [
            {"n": n, "tenant": page.place, "key": digest(row["channel"], "m", row["provider_message_id"])}
            for n, row in enumerate(rows)
        ]
        missing = await _missing(tx, self._sql.seen, asked)
        return [finding(page, rows[n]["id"], rows[n]["id"], "its key is not kept") for n in missing]


class Answers:
    """An answer that named a message was written with it. The key of a request is never told: it is the
    caller's own, and may be anything."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        rows = await _rows(tx, self._sql.answers, page, values)
        named = [(row["key"], identifier) for row in rows if (identifier := _message_of(row["answer"]))]
        asked = [{"n": n, "tenant": page.place, "id": id} for n, (_, id) in enumerate(named)]
        missing = await _missing(tx, self._sql.answered, asked)
        return [finding(page, named[n][0], named[n][1], "answered, and not there") for n in missing]


class Order:
    """Answers of a conversation were accepted in their order. What was a dead letter and sent after all is
    out of it by intent."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql
        #: (place, conversation) → its latest acceptance so far, and the part's id.
        self._latest: OrderedDict[tuple[str | int, str], tuple[int, str]] = OrderedDict()

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        if again:  # an acceptance never changes
            return [finding(page, page.last, page.last, "")]
        passed = []
        for row in await _rows(tx, self._sql.part_order, page, values):
            lane = (page.place, row["conversation"])
            latest = self._latest.get(lane)
            if latest is not None and row["accepted_at"] < latest[0]:
                passed.append((row["id"], latest[1]))
            else:
                self._latest[lane] = (row["accepted_at"], row["id"])
                self._latest.move_to_end(lane)
        while len(self._latest) > REMEMBERED:
            self._latest.popitem(last=False)
        if not passed:
            return []
        del passed[ASKED:]
        asked = [{"n": n, "tenant": page.place, "id": before} for n, (_, before) in enumerate(passed)]
        fresh = await _missing(tx, self._sql.part_replayed, asked)
        return [
            finding(page, passed[n][0], passed[n][0], f"accepted before part {passed[n][1]}") for n in fresh
        ]


class Feed:
    """The log's numbers have no holes, and end where its head says."""

    def __init__(self, sql: Queries) -> None:
        self._sql = sql

    async def look(self, tx: Tx, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        found = []
        place = {"tenant": page.place}
        until = await tx.value(self._sql.feed_before, **place, after=page.after)
        for row in await tx.all(self._sql.feed_blocks, **place, after=page.after, last=page.last):
            if until is not None and row["first"] != until:
                what = "missing" if row["first"] > until else "given twice"
                low, high = sorted((int(row["first"]), int(until)))
                found.append(finding(page, row["first"], low, f"numbers {low} to {high - 1} are {what}"))
            until = row["first"] + row["n"]
        head = await tx.one(self._sql.feed_head, **place)
        if head is not None and head["last"] is not None and head["last"] != head["seq"]:
            detail = f"the log ends at {head['last']}, its head says {head['seq']}"
            found.append(finding(page, page.last, "head", detail))
        waits = await tx.one(self._sql.feed_waits, **place, late=values["late"])
        if waits is not None and waits["n"]:
            seconds = (values["now"] - waits["at"]) // 1_000_000
            detail = f"{waits['n']} rows have no number, the oldest for {seconds} s"
            found.append(finding(page, page.last, "feed_open", detail, late=True))
        return found


def _message_of(answer: str) -> str:
    """The id of the message that *answer* speaks of; "" for any other."""
    try:
        told = msgspec.json.decode(answer)
    except msgspec.DecodeError:
        return ""
    is_message = isinstance(told, dict) and {"id", "status", "parts"} <= told.keys()
    return str(told["id"]) if is_message else ""


async def _rows(tx: Tx, sql: str, page: Page, values: Values) -> list[Row]:
    return await tx.all(sql, **{**values, "tenant": page.place, "after": page.after, "last": page.last})


async def _missing(tx: Tx, sql: str, asked: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of those of *asked* for which *sql* finds nothing."""
    there = {row["n"] for row in await tx.each(sql, asked)} if asked else set()
    return [n for n in range(len(asked)) if n not in there]
