"""The life of one sent part, as ranks: a status only ever raises the rank.

`failed` stands between sent and delivered. So the fold is a maximum: it does not depend on the
order of arrival or on repeats, a failure after delivery is logged but not applied, and proof of
delivery outweighs an earlier failure.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

Status = Literal["accepted", "held", "sent", "failed", "delivered", "read", "played"]

RANK: dict[str, int] = {
    "accepted": 10,
    "held": 10,
    "sent": 20,
    "failed": 25,
    "cancelled": 25,  # by us, before it was sent: no provider says this
    "delivered": 30,
    "read": 40,
    "played": 50,
}


class Failure(Struct, frozen=True, omit_defaults=True):
    """Why a part failed: our class, the provider's code and subcode, and its words."""

    kind: str = ""
    code: int = 0
    subcode: int = 0
    title: str = ""
    details: str = ""


class Pricing(Struct, frozen=True, omit_defaults=True):
    """What the provider says of the price, kept as it came."""

    model: str = ""
    type: str = ""
    category: str = ""
    billable: bool | None = None
    raw: dict[str, Any] = field(default_factory=dict)
