"""How the counters of an order's lines change: pure functions from lines to lines.

*wanted* is line to quantity; None is all that is left to do. Each raises `Impossible` for a line that there
is not, for a quantity that there is not, and where nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from plugins.commerce.orders.order import Order, OrderLine
from plugins.commerce.orders.states import Impossible

Wanted = Mapping[int, int] | None


def pack(order: Order, wanted: Wanted) -> Sequence[OrderLine]:
    """Goods are put together."""
    take = _quantities(order, wanted, lambda line: line.qty - line.cancelled - line.packed, "pack")
    return [replace(line, packed=line.packed + take.get(line.line, 0)) for line in order.lines]


def ship(order: Order, wanted: Wanted) -> Sequence[OrderLine]:
    """Goods leave the house; what was not packed is packed by it."""
    take = _quantities(order, wanted, lambda line: line.qty - line.cancelled - line.shipped, "ship")
    return [_at_least(line, shipped=line.shipped + take.get(line.line, 0)) for line in order.lines]


def deliver(order: Order, wanted: Wanted) -> Sequence[OrderLine]:
    """Goods are with the customer; what had not left has left by it."""
    take = _quantities(order, wanted, lambda line: line.qty - line.cancelled - line.delivered, "deliver")
    return [_at_least(line, delivered=line.delivered + take.get(line.line, 0)) for line in order.lines]


def cancel(order: Order, wanted: Wanted) -> Sequence[OrderLine]:
    """Goods are not wanted any more; what was packed of them is unpacked. What has left the house stays."""
    take = _quantities(order, wanted, lambda line: line.qty - line.cancelled - line.shipped, "cancel")
    return [_without(line, take.get(line.line, 0)) for line in order.lines]


def grown(before: Sequence[OrderLine], after: Sequence[OrderLine], counter: str) -> dict[int, int]:
    """By how much *counter* grew, line by line; lines without a change are left out."""
    by = {
        new.line: int(getattr(new, counter)) - int(getattr(old, counter))
        for old, new in zip(before, after, strict=True)
    }
    return {line: more for line, more in by.items() if more}


def _quantities(
    order: Order, wanted: Wanted, room: Callable[[OrderLine], int], verb: str
) -> Mapping[int, int]:
    rooms = {line.line: room(line) for line in order.lines}
    if not any((rooms if wanted is None else wanted).values()):
        raise Impossible("Nothing of it is left to {verb}.", order, verb=verb)
    if wanted is None:
        return rooms
    for line, qty in wanted.items():
        if line not in rooms:
            raise Impossible("It has no line {line}.", order, line=line)
        if not 0 <= qty <= rooms[line]:
            text = "Line {line} has {left} left to {verb}, not {qty}."
            raise Impossible(text, order, line=line, left=rooms[line], verb=verb, qty=qty)
    return wanted


def _at_least(line: OrderLine, shipped: int = 0, delivered: int = 0) -> OrderLine:
    shipped = max(line.shipped, shipped, delivered)
    return replace(
        line, packed=max(line.packed, shipped), shipped=shipped, delivered=max(line.delivered, delivered)
    )


def _without(line: OrderLine, qty: int) -> OrderLine:
    cancelled = line.cancelled + qty
    return replace(line, cancelled=cancelled, packed=min(line.packed, line.qty - cancelled))
