"""What may happen to an order, in which state, by whom: one table.

placed ──▶ accepted ──▶ completed          placed, accepted ──▶ cancelled
  │ ▲
  ▼ │ (paid late, and the goods are still there)
expired
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from plugins.commerce.orders.order import Order

Who = Literal["customer", "shop", "system"]
Act = Literal[
    "accept", "pack", "ship", "track", "deliver", "cancel", "reduce", "expire", "revive", "complete", "pay",
    "refund", "note",
]  # fmt: skip
State = Literal["placed", "accepted", "completed", "cancelled", "expired"]

_ALL = ("placed", "accepted", "completed", "cancelled", "expired")
_STAYS = {state: state for state in _ALL}
#: From which state an act leads to which. What is not here cannot be.
TABLE: Mapping[Act, Mapping[str, str]] = {
    "accept": {"placed": "accepted"},
    "pack": {"placed": "accepted", "accepted": "accepted"},
    "ship": {"placed": "accepted", "accepted": "accepted"},
    "track": {"accepted": "accepted", "completed": "completed"},
    "deliver": {"placed": "accepted", "accepted": "accepted"},
    "cancel": {"placed": "cancelled", "accepted": "cancelled"},
    "reduce": {"placed": "placed", "accepted": "accepted"},
    "expire": {"placed": "expired"},
    "revive": {"expired": "placed"},
    "complete": {"accepted": "completed"},
    "pay": _STAYS,
    "refund": _STAYS,
    "note": _STAYS,
}
#: Who may. "system" is time, a delivery partner, and other plugins.
MAY: Mapping[Act, frozenset[str]] = {
    "accept": frozenset({"shop"}),
    "pack": frozenset({"shop"}),
    "ship": frozenset({"shop", "system"}),
    "track": frozenset({"shop", "system"}),
    "deliver": frozenset({"shop", "system"}),
    "cancel": frozenset({"customer", "shop"}),
    "reduce": frozenset({"shop"}),
    "expire": frozenset({"system"}),
    "revive": frozenset({"shop", "system"}),
    "complete": frozenset({"system"}),
    "pay": frozenset({"shop", "system"}),
    "refund": frozenset({"shop", "system"}),
    "note": frozenset({"shop", "system"}),
}
#: States that an order does not leave by itself.
CLOSED = frozenset({"completed", "cancelled", "expired"})


class Impossible(Exception):
    """What was asked for cannot be done with *order* as it is now. The text is an English sentence with
    `{names}`, for whoever asked; *values* fill it."""

    def __init__(self, text: str, order: Order, **values: object) -> None:
        self.text, self.order = text, order
        self.values = {"number": order.number, "state": order.state, **values}
        super().__init__(text.format(**self.values))

    @property
    def whole(self) -> str:
        """The sentence, and where the order stands: for staff."""
        now = self.order
        where = f"{now.state}, {now.payment_state}, {now.fulfilment}".replace("_", " ")
        return f"{self} Order {now.number} is {where}."


def led(act: Act, order: Order, who: Who) -> str:
    """The state to which *act* by *who* leads. Raises `Impossible`."""
    if who not in MAY[act]:
        raise Impossible("The {who} may not {act} an order.", order, who=who, act=act)
    to = TABLE[act].get(order.state)
    if to is None:
        raise Impossible(_CANNOT.get(act, "That cannot be done while an order is {state}."), order)
    return to


_CANNOT: Mapping[str, str] = {
    "accept": "It cannot be accepted: it is {state}.",
    "pack": "It cannot be packed: it is {state}.",
    "ship": "It cannot be shipped: it is {state}.",
    "deliver": "It cannot be delivered: it is {state}.",
    "cancel": "It cannot be cancelled: it is {state}.",
    "reduce": "Nothing of it can be cancelled: it is {state}.",
}
