"""A contact of the simulated network: its ids, what it shows of them, and its windows (wire.md 1.7, 2.10)."""

from __future__ import annotations

from msgspec import Struct, field

from gateway.clock import DAY, HOUR
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.phone import Received

#: How long after the business reached a number it is shown although its owner has a username.
SHOWN_FOR = 30 * DAY
#: The customer service window, the time in which an ad must be answered, and the free entry point.
WINDOW, ANSWER_AD_WITHIN, ENTRY_POINT = 24 * HOUR, 24 * HOUR, 72 * HOUR


class Contact(Struct):
    """Somebody with a phone: *phone* is "+254700000001". *name* is the profile's.

    *hidden* users have a username and keep their number to themselves. *digits* is the wa_id when it
    is not the phone's (Brazil, Mexico, Argentina). *offline*, nothing is delivered.
    """

    phone: str
    name: str
    user_id: str
    inbox: list[Received] = field(default_factory=list)
    username: str = ""
    hidden: bool = False
    parent_user_id: str = ""
    digits: str = ""
    identity_key_hash: str = ""
    offline: bool = False
    #: business number -> microseconds: last reached by phone, last wrote or called, came by an ad, entry
    #: point opened.
    reached: dict[str, int] = field(default_factory=dict)
    wrote: dict[str, int] = field(default_factory=dict)
    clicked: dict[str, int] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)

    @property
    def wa_id(self) -> str:
        """The digits that WhatsApp knows the phone by."""
        return self.digits or self.phone.lstrip("+")

    def shows_phone(self, line: Line, now: int) -> bool:
        """Whether webhooks of *line* may name the number."""
        if not self.hidden:
            return True
        reached = self.reached.get(line.phone_number_id)
        return reached is not None and now - reached < SHOWN_FOR

    def window_open(self, line: Line, now: int) -> bool:
        """Whether the customer service window is open: 24 hours since the contact wrote or called."""
        wrote = self.wrote.get(line.phone_number_id)
        return wrote is not None and now - wrote < WINDOW

    def entry_point_until(self, line: Line, now: int) -> int | None:
        """When the free entry point ends, in microseconds; None when there is none."""
        entered = self.entered.get(line.phone_number_id)
        return entered + ENTRY_POINT if entered is not None and now - entered < ENTRY_POINT else None

    def answered(self, line: Line, now: int) -> None:
        """The business wrote to the contact: an ad clicked within a day opens the free entry point."""
        clicked = self.clicked.pop(line.phone_number_id, None)
        if clicked is not None and now - clicked < ANSWER_AD_WITHIN:
            self.entered[line.phone_number_id] = now


class Group(Struct):
    """A group of the business: *id* is opaque, *members* are contacts."""

    id: str
    members: list[Contact] = field(default_factory=list)
