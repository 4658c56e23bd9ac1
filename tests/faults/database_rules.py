"""What must hold in the tables once a run has come to rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from gateway.model.status import RANK
from tests.faults.keys import of_wamid
from tests.faults.numbers import ONE, Number, of_contact
from tests.faults.tables import PartRow, Tables


class InConversation(Protocol):
    """A row of a tenant's conversation."""

    @property
    def tenant(self) -> str:
        """The tenant's id."""

    @property
    def id(self) -> str:
        """Its own id."""

    @property
    def conversation(self) -> str:
        """The conversation's id."""


def database_violations(
    tables: Tables, statuses: frozenset[tuple[str, str]], numbers: Sequence[Number] = ONE
) -> dict[str, list[str]]:
    """Broken rules, by name. *statuses* are the (wamid, status) that the gateway acknowledged, *numbers*
    those that the contacts wrote to."""
    return {
        "the file is damaged": [] if tables.integrity == "ok" else [tables.integrity],
        "open rows left": _open_rows(tables),
        "two in flight in one conversation": _two_in_flight(tables),
        "an event twice": _events_twice(tables),
        "messages per event": _messages_per_event(tables),
        "parts per message": _parts_per_message(tables),
        "accepted without an id": [
            f"part {row.id}: {row.status} without a provider's id"
            for row in tables.parts
            if row.rank >= RANK["accepted"] and row.rank != RANK["failed"] and not row.provider_message_id
        ],
        "accepted out of order": _accepted_out_of_order(tables),
        "statuses forgotten": _statuses_forgotten(tables, statuses),
        "of another tenant": _tenants(tables, numbers),
        "unreadable": [
            f"journal row {row.ref}: {row.reason}: {row.detail}"
            for row in tables.dead
            if row.stage == "parse"
        ],
    }


def _open_rows(tables: Tables) -> list[str]:
    waiting = Counter(row.state for row in tables.outbox if row.state != "in_doubt")
    left = {
        "journal_open": tables.journal_open,
        "event": tables.events,
        "done": tables.done,
        **{f"outbox {state}": count for state, count in waiting.items()},
    }
    return [f"{name}: {count}" for name, count in left.items() if count]


def _two_in_flight(tables: Tables) -> list[str]:
    flying = Counter(row.conversation for row in tables.outbox if row.state == "sending")
    return [f"conversation {lane}: {count} sending" for lane, count in flying.items() if count > 1]


def _events_twice(tables: Tables) -> list[str]:
    times = Counter(row.provider_message_id for row in tables.messages if row.direction == "in")
    return [f"{wamid}: {count} inbound rows" for wamid, count in times.items() if count > 1]


def _messages_per_event(tables: Tables) -> list[str]:
    """The run's plugin answers each message with exactly one."""
    answers = Counter(row.event for row in tables.messages if row.direction == "out")
    inbound = [row for row in tables.messages if row.direction == "in" and of_wamid(row.provider_message_id)]
    return [
        f"{row.provider_message_id}: {answers[row.id]} outbound messages"
        for row in inbound
        if answers[row.id] != 1
    ]


def _parts_per_message(tables: Tables) -> list[str]:
    """Every part of an outbound message is either open or has an outcome, never both, never neither."""
    places: Counter[str] = Counter(row.message for row in tables.outbox)
    places.update(row.message for row in tables.parts)
    return [
        f"message {row.id}: {places[row.id]} rows for {row.parts} parts"
        for row in tables.messages
        if row.direction == "out" and places[row.id] != row.parts
    ]


def _accepted_out_of_order(tables: Tables) -> list[str]:
    """In one conversation the outcome of an earlier message is recorded before a later one's."""
    lanes: defaultdict[str, list[PartRow]] = defaultdict(list)
    for row in sorted(tables.parts, key=lambda row: row.message):
        if row.accepted_at:
            lanes[row.conversation].append(row)
    return [
        f"conversation {lane}: part {after.id} was accepted before {before.id}"
        for lane, rows in lanes.items()
        for before, after in pairwise(rows)
        if after.accepted_at < before.accepted_at
    ]


def _statuses_forgotten(tables: Tables, statuses: frozenset[tuple[str, str]]) -> list[str]:
    """A part has at least the rank of the best status that was acknowledged for it."""
    best: dict[str, int] = {}
    for wamid, status in statuses:
        best[wamid] = max(best.get(wamid, 0), RANK[status])
    return [
        f"part {row.id}: {row.status}, although rank {best[row.provider_message_id]} was acknowledged"
        for row in tables.parts
        if row.rank < best.get(row.provider_message_id, 0)
    ]


def _tenants(tables: Tables, numbers: Sequence[Number]) -> list[str]:
    """Nothing is kept under a tenant that the contact has not written to."""
    homes, strange = dict[str, str](), list[str]()
    for row in tables.messages:
        key = of_wamid(row.provider_message_id) if row.direction == "in" else None
        if key is not None:
            homes[row.conversation] = of_contact(key.contact, numbers).tenant
    lanes: tuple[Sequence[InConversation], ...] = (tables.messages, tables.outbox, tables.parts)
    for each in (row for rows in lanes for row in rows):
        if each.tenant != homes.get(each.conversation, each.tenant):
            strange.append(f"{each.id}: of {each.tenant}, but {homes[each.conversation]} was written to")
    known = {number.tenant for number in numbers}
    # Dead letters of a webhook that could not be parsed have no tenant yet.
    others = {row.tenant for row in tables.dead if row.tenant} - known
    return [*strange, *(f"dead letters of {tenant}" for tenant in sorted(others))]
