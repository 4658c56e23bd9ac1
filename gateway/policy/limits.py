"""What a message uses up: a contact's caps, and the budget of contacts whom the business writes to first.

Both are looked at under a lock (the contact's row, the portfolio's) in the transaction that takes from
them, so that of two processes the second sees what the first has taken. Nothing is locked where no limit is
set.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from gateway.clock import DAY, HOUR, SECOND
from gateway.pipeline.records import Part
from gateway.policy.asked import Asked
from gateway.policy.facts import Budget, Used
from gateway.policy.queries import POLICY
from gateway.settings.policy import Cap
from gateway.store.port import Tx

Key = tuple[str, str]


class Portfolio(Struct):
    """One portfolio's budget, as this transaction sees it. *hours* are contacts by hour, oldest first."""

    most: int
    hours: dict[int, int] = field(default_factory=dict)
    contacts: set[str] = field(default_factory=set)

    @property
    def used(self) -> int:
        """Contacts written to first within 24 hours, counted in whole hours."""
        return sum(self.hours.values())

    @property
    def free_at(self) -> int:
        """When the oldest of them no longer counts."""
        return (min(self.hours) + 25) * HOUR if self.hours else 0


class Limits(Struct):
    """What is left, and what this transaction takes of it. *slots* are (at, purpose, message) by contact,
    newest first."""

    now: int
    slots: dict[Key, list[tuple[int, str, str]]] = field(default_factory=dict)
    portfolios: dict[Key, Portfolio] = field(default_factory=dict)
    taken: list[dict[str, object]] = field(default_factory=list)
    reached: list[dict[str, object]] = field(default_factory=list)

    def caps(self, one: Asked) -> tuple[Used, ...]:
        """The caps that count for *one*. A message that has its place already is not counted again."""
        known = self.slots.get((one.tenant, one.contact), [])
        return tuple(self._used(cap, known, one) for cap in _caps(one))

    def _used(self, cap: Cap, known: list[tuple[int, str, str]], one: Asked) -> Used:
        per = int(cap.per * SECOND)
        times = [
            at for at, purpose, message in known
            if at > self.now - per and purpose in cap.purposes and message != one.message
        ]  # fmt: skip
        free = times[cap.most - 1] + per if len(times) >= cap.most else 0
        return Used(cap.most, cap.per, len(times), free)

    def budget(self, one: Asked) -> Budget | None:
        """The budget that *one* would take from; None where it takes none."""
        known = self.portfolios.get((one.tenant, one.portfolio))
        if known is None or not one.counts(self.now):
            return None
        counted = one.contact in known.contacts
        return Budget(one.portfolio, known.most, known.used, counted, known.free_at)

    def take(self, one: Asked) -> None:
        """*one* is sent."""
        if _caps(one):
            self.slots.setdefault((one.tenant, one.contact), []).insert(
                0, (self.now, one.wanted.purpose, one.message)
            )
            self.taken.append(
                {
                    "tenant": one.tenant, "contact": one.contact, "now": self.now, "message": one.message,
                    "purpose": one.wanted.purpose,
                }
            )  # fmt: skip
        known = self.portfolios.get((one.tenant, one.portfolio))
        if known is None or not one.counts(self.now) or one.contact in known.contacts:
            return
        known.contacts.add(one.contact)
        hour = self.now // HOUR
        known.hours[hour] = known.hours.get(hour, 0) + 1
        self.reached.append(
            {
                "tenant": one.tenant, "portfolio": one.portfolio, "contact": one.contact, "now": self.now,
                "message": one.message,
            }
        )  # fmt: skip

    async def write(self, tx: Tx) -> None:
        """Keep what was taken."""
        if self.taken:
            await tx.many(POLICY["take_slot"], self.taken)
        if self.reached:
            await tx.many(POLICY["reach"], self.reached)
            counts: dict[Key, int] = {}
            for row in self.reached:
                key = (str(row["tenant"]), str(row["portfolio"]))
                counts[key] = counts.get(key, 0) + 1
            await _count(tx, counts, self.now // HOUR)


def _caps(one: Asked) -> tuple[Cap, ...]:
    return tuple(cap for cap in one.policy.caps if one.wanted.purpose in cap.purposes)


async def look(tx: Tx, asked: Sequence[Asked], now: int, *, hold: bool) -> Limits:
    """What is left for *asked*; *hold* locks it, for who is going to take from it."""
    limits = Limits(now)
    some = [one for one in asked if one.contact and not one.wanted.begun]
    await _slots(tx, limits, [one for one in some if _caps(one)], hold)
    await _portfolios(tx, limits, [one for one in some if one.channel and one.counts(now)], hold)
    return limits


async def _slots(tx: Tx, limits: Limits, asked: Sequence[Asked], hold: bool) -> None:
    longest: dict[Key, float] = {}
    for one in asked:
        key = (one.tenant, one.contact)
        longest[key] = max(longest.get(key, 0.0), *(cap.per for cap in _caps(one)))
    if not longest:
        return
    # In one order everywhere: two batches with the same contacts must not wait for each other.
    rows = [
        {"tenant": tenant, "contact": contact, "since": limits.now - int(per * SECOND)}
        for (tenant, contact), per in sorted(longest.items())
    ]
    if hold:
        await tx.many(POLICY["hold_contact"], [{k: row[k] for k in ("tenant", "contact")} for row in rows])
    for tenant in dict.fromkeys(str(row["tenant"]) for row in rows):
        for found in await tx.each(POLICY["slots"], [row for row in rows if row["tenant"] == tenant]):
            limits.slots.setdefault((tenant, found["contact"]), []).append(
                (found["at"], found["purpose"], found["message"])
            )


async def _portfolios(tx: Tx, limits: Limits, asked: Sequence[Asked], hold: bool) -> None:
    """The budgets of which some number is known."""
    by_key: dict[Key, list[Asked]] = {}
    for one in asked:
        by_key.setdefault((one.tenant, one.portfolio), []).append(one)
    for (tenant, portfolio), some in sorted(by_key.items()):
        whose = {"tenant": tenant, "portfolio": portfolio}
        row = await tx.one(POLICY["limit"], **whose)
        told = [most for most in (row["most"] if row else 0, some[0].policy.daily_contacts) if most > 0]
        if not told:
            continue
        if hold:
            await tx.run(POLICY["hold_portfolio"], **whose)
        day = limits.now - DAY
        found = await tx.all(POLICY["hours"], **whose, since=day // HOUR)
        known = Portfolio(min(told), {each["hour"]: each["contacts"] for each in found})
        contacts = sorted({one.contact for one in some})
        rows = [{**whose, "contact": contact, "since": day} for contact in contacts]
        known.contacts = {each["contact"] for each in await tx.each(POLICY["reached"], rows)}
        limits.portfolios[tenant, portfolio] = known


async def give_back(tx: Tx, parts: Sequence[Part]) -> None:
    """It is known that *parts* did not go out: when they are the first of their messages, what those had
    taken is free again."""
    gone = dict.fromkeys((part.tenant, part.message) for part in parts if part.purpose and part.idx == 0)
    rows = [{"tenant": tenant, "message": message} for tenant, message in gone]
    if not rows:
        return
    await tx.many(POLICY["give_slot"], rows)
    for row in await tx.each(POLICY["give_reached"], rows):
        await _count(tx, {(row["tenant"], row["portfolio"]): -1}, row["at"] // HOUR)


async def _count(tx: Tx, counts: dict[Key, int], hour: int) -> None:
    rows = [
        {"tenant": tenant, "portfolio": portfolio, "hour": hour, "contacts": count}
        for (tenant, portfolio), count in sorted(counts.items())
    ]
    await tx.many(POLICY["count_reached"], rows)
