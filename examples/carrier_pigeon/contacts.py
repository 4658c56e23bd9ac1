"""Who writes to a loft, and what lies on their window sill."""

from __future__ import annotations

from msgspec import Struct, field

from gateway.simulator.inboxes import Inboxes
from gateway.simulator.userids import user_id_of

#: The states of a flight, in the order in which ticks appear.
STATES = ("accepted", "sent", "failed", "delivered", "read")


class Landed(Struct, frozen=True):
    """A message that arrived, with all that `gateway.simulator.Seen` wants."""

    message_id: str
    text: str
    kind: str = "text"
    header: str = ""
    footer: str = ""
    button: str = ""
    media: str = ""
    options: tuple[()] = ()


class Contact(Struct):
    """Somebody with a window sill. With *hidden* the business is told *user_id* in place of the number."""

    phone: str
    user_id: str
    hidden: bool = False
    inbox: list[Landed] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the business calls them."""
        return self.user_id if self.hidden else self.phone


class Village(Inboxes[Landed]):
    """All contacts; `Inboxes` is who waits for them."""

    def __init__(self) -> None:
        super().__init__(STATES)
        self._contacts: dict[str, Contact] = {}

    def contact(self, phone: str, hidden: bool | None = None) -> Contact:
        """The contact with this number or user id; a number is made a contact if need be."""
        found = next((each for each in self._contacts.values() if phone in (each.phone, each.user_id)), None)
        if found is None:
            found = self._contacts[phone] = Contact(phone, user_id_of(phone))
        if hidden is not None:
            found.hidden = hidden
        return found
