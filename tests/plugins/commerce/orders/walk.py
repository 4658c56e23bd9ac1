"""Orders to which anything may happen in any order, and what must hold whatever does."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from msgspec import Struct

from gateway.testing import World
from plugins.commerce.common.ids import micros
from plugins.commerce.orders import act, money, parcels
from plugins.commerce.orders.counters import fulfilment, owed, payment_state
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.order import Order
from plugins.commerce.orders.parcel import RANK, parcels_of
from plugins.commerce.orders.states import TABLE, Impossible
from plugins.commerce.settings import Settings
from tests.plugins.commerce.orders.placed import found
from tests.plugins.commerce.orders.test_states import WAYS

SECOND = 1_000_000
#: What may happen, and how often.
ACTS = {
    "accept": 2, "pack": 6, "ship": 8, "deliver": 3, "track": 9, "cancel": 1, "reduce": 3, "expire": 2,
    "pay": 4, "refund": 2, "note": 1,
}  # fmt: skip


class Shop:
    """Acts at random on *orders*; with the same *seed* it is the same again."""

    def __init__(self, world: World, orders: list[str], seed: int) -> None:
        self.world, self.orders, self.dice = world, orders, random.Random(seed)
        self.now = micros(world.now)
        self.done: Counter[str] = Counter()
        self.told: list[Struct] = []

    async def step(self) -> None:
        """One act on one order; what cannot be done must leave no trace."""
        self.now += self.dice.randrange(1, 30) * SECOND
        id, what = self.dice.choice(self.orders), self.dice.choices([*ACTS], [*ACTS.values()])[0]
        before = await found(self.world, id)

        async def work(tx: Any) -> None:
            await self._do(what, id, self._hand(what, tx))

        try:
            await self.world.gateway.store.scope(self.world.tenant).write(work)
        except Impossible:
            assert await found(self.world, id) == before
            return
        after = await found(self.world, id)
        if after.version != before.version:
            self.done[what] += 1
        self._by_the_table(what, before, after)
        await self.holds()

    async def holds(self) -> None:
        """What must be true of every order, and of the stock."""
        for id in self.orders:
            await self._adds_up(await found(self.world, id))
        rows = await self.world.db().all(_STOCK)
        for row in rows:
            assert row["reserved"] == row["open"], dict(row)
            assert row["on_hand"] + row["taken"] == row["begun"], dict(row)

    def _by_the_table(self, what: str, before: Order, after: Order) -> None:
        names = {"cancel": ("cancel", "reduce"), "reduce": ("cancel", "reduce"), "pay": ("pay", "revive"),
                 "track": ("track", "deliver")}.get(what, (what,))  # fmt: skip
        led = {to for name in names if (to := TABLE[name].get(before.state))}  # type: ignore[index]
        led |= {TABLE["complete"][state] for state in led if state in TABLE["complete"]} | {before.state}
        assert after.state in led, (what, before.state, after.state)
        # Who hands a placed order over that was paid completes it at once.
        assert (before.state, after.state) in WAYS | {("placed", "completed"), (before.state, before.state)}
        assert after.version - before.version in (0, 1)

    async def _adds_up(self, order: Order) -> None:
        facts = await money.facts_of(self.world.db(), order.id)
        sums = {
            kind: sum(fact.amount for fact in facts if fact.kind == kind) for kind in ("paid", "refunded")
        }
        assert (order.paid, order.refunded) == (sums["paid"] - sums["refunded"], sums["refunded"])
        assert order.payment_state == payment_state(
            owed(order.total, order.lines), order.paid, order.refunded
        )
        assert order.fulfilment == fulfilment(order.lines)
        assert bool(order.closed_at) == (order.state in ("completed", "cancelled", "expired"))
        rows = await self.world.db().all(_HELD, order=order.id)
        held = {row["line"]: row["qty"] for row in rows}
        for line in order.lines:
            left = 0 if order.state == "expired" else line.qty - line.cancelled - line.shipped
            assert held.get(line.line, 0) == left, (order.state, line)

    def _hand(self, what: str, tx: Any) -> Hand:
        system = what == "expire" or (what in ("pay", "refund", "track") and self.dice.random() < 0.5)
        customer = what == "cancel" and self.dice.random() < 0.3
        who = "system" if system else "customer" if customer else "shop"
        return Hand(who, who, tx, self.now, Settings(), lambda event, key: self.told.append(event))  # type: ignore[arg-type]

    async def _do(self, what: str, id: str, hand: Hand) -> None:
        key = self.dice.choice(("", "", "a", "b"))
        match what:
            case "accept":
                await act.accept(hand, id, key=key)
            case "pack":
                await act.pack(hand, id, self._lines(), key=key)
            case "ship":
                await parcels.ship(hand, id, self._lines(), key=key)
            case "deliver":
                await parcels.deliver(hand, id, self._lines(), key=key)
            case "cancel":
                await act.cancel(hand, id, key=key)
            case "reduce":
                await act.cancel(hand, id, lines=self._lines(), key=key)
            case "expire":
                await act.expire(hand, id)
            case "note":
                await act.remark(hand, id, "hm", key=key)
            case "track":
                await self._track(hand, id, key)
            case _:
                amount = self.dice.choice((1, 5_000, 10_000, 45_000))
                fact = money.Fact(amount, "KES", "cash", f"r{self.dice.randrange(8)}")
                await (money.pay if what == "pay" else money.refund)(hand, id, fact)

    async def _track(self, hand: Hand, id: str, key: str) -> None:
        parcel = await parcels_of(hand.db, id)
        if parcel:
            at = self.now - self.dice.randrange(100) * SECOND
            report = parcels.Report(self.dice.choice(tuple(RANK)), at)
            await parcels.track(hand, id, self.dice.choice(parcel).id, report, key=key)

    def _lines(self) -> dict[int, int] | None:
        if self.dice.random() < 0.4:
            return None
        return {self.dice.randrange(1, 4): self.dice.randrange(0, 4) for _ in range(self.dice.randrange(3))}


_HELD = """select line, sum(qty) as qty from commerce_reservation
where tenant = :tenant and order_id = :order and state in ('held', 'committed') group by line"""
_STOCK = """select s.variant, s.on_hand, s.reserved, b.on_hand as begun,
    coalesce((select sum(qty) from commerce_reservation r where r.tenant = s.tenant and r.variant = s.variant
        and r.state in ('held', 'committed')), 0) as open,
    coalesce((select sum(qty) from commerce_reservation r where r.tenant = s.tenant and r.variant = s.variant
        and r.state = 'taken'), 0) as taken
from commerce_stock s join (select variant, on_hand - coalesce((select sum(delta) from commerce_stock_move m
    where m.tenant = :tenant and m.variant = t.variant), 0) as on_hand from commerce_stock t
    where t.tenant = :tenant) b on b.variant = s.variant
where s.tenant = :tenant"""
