"""Who writes to a loft, and what lies on their window sill."""

from __future__ import annotations

import asyncio

from msgspec import Struct, field

from gateway.simulator.userids import user_id_of


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


class Village:
    """All contacts, and who waits for them."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}
        self._news = asyncio.Condition()
        #: flight -> the furthest state that the business was told
        self.ticks: dict[str, str] = {}

    def contact(self, name: str, hidden: bool | None = None) -> Contact:
        """The contact with this number or user id; a number is made a contact if need be."""
        found = next((each for each in self._contacts.values() if name in (each.phone, each.user_id)), None)
        if found is None:
            found = self._contacts[name] = Contact(name, user_id_of(name))
        if hidden is not None:
            found.hidden = hidden
        return found

    async def land(self, contact: Contact, message: Landed) -> None:
        """Put *message* on the sill."""
        async with self._news:
            contact.inbox.append(message)
            self._news.notify_all()

    async def tick(self, flight: str, state: str, furthest: tuple[str, ...]) -> None:
        """The business was told *state*."""
        async with self._news:
            before = self.ticks.get(flight, "accepted")
            self.ticks[flight] = max(before, state, key=furthest.index)
            self._news.notify_all()

    async def wait_for(self, contact: Contact, count: int, timeout: float) -> list[Landed]:
        """The inbox as soon as it holds *count* messages, or `TimeoutError`."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: len(contact.inbox) >= count)
        except TimeoutError:
            came = len(contact.inbox)
            raise TimeoutError(f"{contact.phone} got {came} of {count} messages") from None
        return list(contact.inbox)

    async def wait_for_ticks(self, flight: str, state: str, timeout: float) -> str:
        """The furthest state as soon as it is *state*, or what it is after *timeout*."""
        try:
            async with asyncio.timeout(timeout), self._news:
                await self._news.wait_for(lambda: self.ticks.get(flight) == state)
        except TimeoutError:
            pass
        return self.ticks.get(flight, "accepted")
