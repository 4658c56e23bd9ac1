"""A contact of the simulated network: its ids, what it shows of them, and its windows (wire.md §4.1)."""

from __future__ import annotations

from msgspec import Struct, field

from gateway.clock import DAY, HOUR
from providers.twilio.simulator.lines import Line
from providers.twilio.simulator.phone import Received

#: How long after the business reached a number it is shown although its owner hides it.
SHOWN_FOR = 30 * DAY
#: The customer service window.
WINDOW = 24 * HOUR


class Contact(Struct):
    """Somebody with a phone: *phone* is "+254700000001". *name* is the profile's.

    *hidden* users keep their number to themselves. *digits* is the WaId when it is not the phone's.
    *offline*, nothing is delivered.
    """

    phone: str
    name: str
    user_id: str
    inbox: list[Received] = field(default_factory=list)
    hidden: bool = False
    digits: str = ""
    offline: bool = False
    #: business number -> microseconds: last reached by phone, last wrote.
    reached: dict[str, int] = field(default_factory=dict)
    wrote: dict[str, int] = field(default_factory=dict)
    #: Business numbers that this contact said STOP to.
    stopped: set[str] = field(default_factory=set)

    @property
    def wa_id(self) -> str:
        """The digits that WhatsApp knows the phone by."""
        return self.digits or self.phone.lstrip("+")

    @property
    def external(self) -> str:
        """`ExternalUserId`: the user id with its prefix."""
        return f"whatsapp:{self.user_id}"

    def shows_phone(self, line: Line, now: int) -> bool:
        """Whether webhooks of *line* may name the number."""
        reached = self.reached.get(line.number)
        return not self.hidden or (reached is not None and now - reached < SHOWN_FOR)

    def address(self, line: Line, now: int) -> str:
        """`From` of what the contact writes: its number, or its user id."""
        return f"whatsapp:+{self.wa_id}" if self.shows_phone(line, now) else self.external

    def window_open(self, line: Line, now: int) -> bool:
        """Whether the customer service window is open: 24 hours since the contact wrote."""
        wrote = self.wrote.get(line.number)
        return wrote is not None and now - wrote < WINDOW
