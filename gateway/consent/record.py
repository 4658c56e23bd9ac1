"""Consent recorded: each change is an event that stays, and the newest by its own time is the state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from gateway.consent.change import LONGEST_PROOF, Change, Changed, Purpose, State
from gateway.consent.queries import CONSENT
from gateway.consent.tell import tell
from gateway.feed import facts, note
from gateway.model.ids import new_id
from gateway.store.port import Tx

#: (tenant, contact, purpose).
_Key = tuple[str, str, Purpose]


async def record(tx: Tx, changes: Sequence[Change], now: int, *, new: bool = False) -> list[Changed]:
    """Keep *changes* in the order in which they were heard, and tell the log of events and the plugins which
    states are others; those are returned. Of what is told late the event is kept and the state stays;
    nothing is of a time after *now*. *new*: nothing was known of these contacts, so nobody is asked."""
    if not changes:
        return []
    rows = [_row(each, now) for each in changes]
    before = {} if new else await _before(tx, changes)
    await tx.many(CONSENT["add"], rows)
    # In one order everywhere: two batches with the same contacts must not wait for each other.
    settled = sorted(rows, key=lambda row: (row["tenant"], row["contact"], row["purpose"]))
    kept = {row["event"] for row in await tx.each(CONSENT["settle"], settled)}
    changed = []
    for change, row in zip(changes, rows, strict=True):
        key = (change.tenant, change.contact, change.purpose)
        if row["id"] in kept and before.get(key, "") != change.state:
            changed.append(Changed(change, before.get(key, "")))
        if row["id"] in kept:
            before[key] = change.state
    await note.write(tx, [_note(each, now) for each in changed])
    await tell(tx, changed, now)
    return changed


async def states(tx: Tx, tenant: str, contacts: Iterable[str]) -> dict[str, dict[Purpose, State]]:
    """What each of *contacts* said last; a purpose about which nothing was said is not there."""
    found: dict[str, dict[Purpose, State]] = {contact: {} for contact in contacts}
    rows = await tx.each(CONSENT["states"], [{"tenant": tenant, "contact": each} for each in found])
    for row in rows:
        found[row["contact"]][row["purpose"]] = row["state"]
    return found


async def _before(tx: Tx, changes: Sequence[Change]) -> dict[_Key, State | Literal[""]]:
    by_tenant: dict[str, dict[str, None]] = {}
    for each in changes:
        by_tenant.setdefault(each.tenant, {})[each.contact] = None
    return {
        (tenant, contact, purpose): state
        for tenant, contacts in by_tenant.items()
        for contact, said in (await states(tx, tenant, contacts)).items()
        for purpose, state in said.items()
    }


def _note(changed: Changed, now: int) -> note.Row:
    each = changed.change
    fact = facts.ConsentChange(
        each.contact, each.purpose, each.state, changed.before or None, each.source, each.channel or None
    )
    return note.row(each.tenant, "consent.changed", fact, now)


def _row(change: Change, now: int) -> dict[str, object]:
    return {
        "tenant": change.tenant,
        "contact": change.contact,
        "id": new_id(),
        "purpose": change.purpose,
        "state": change.state,
        "source": change.source,
        "proof": change.proof[:LONGEST_PROOF],
        "channel": change.channel,
        "at": min(change.at or now, now),
        "now": now,
    }
