"""What becomes of an accepted message: it arrives or fails, and the business is told step by step."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from gateway.clock import SECOND
from gateway.simulator import NotDelivered
from gateway.simulator.failing import Failing
from gateway.simulator.timeline import Timeline
from providers.twilio.simulator import statuses
from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.emitter import Emitter
from providers.twilio.simulator.errors import LEFT
from providers.twilio.simulator.fetch import Fetched, fetch
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.phone import Received
from providers.twilio.simulator.records import Message
from providers.twilio.simulator.world import TICKS, World

#: Hosts whose files are looked at although nobody checks media, and for how many seconds.
NEAR, PATIENCE = frozenset({"127.0.0.1", "localhost"}), 2.0
#: Files of the business that are kept for whoever asks what was sent.
KEPT = 20


class Fates:
    """Sets the statuses of accepted messages going."""

    def __init__(
        self, world: World, emitter: Emitter, knobs: Knobs, timeline: Timeline, account: str
    ) -> None:
        self._world, self._emitter, self._knobs, self._time = world, emitter, knobs, timeline
        self._account = account
        #: What the next messages fail with after they were accepted.
        self.failures = Failing()
        #: What was fetched from the business last: URL -> file.
        self.fetched: dict[str, Fetched] = {}
        self._held: list[tuple[Message, Received]] = []
        #: Delivered and not read, by phone.
        self._unread: dict[str, list[Message]] = {}

    async def begin(
        self, message: Message, look: Callable[[Fetched], Received], media: str, code: int
    ) -> None:
        """A message was accepted. *look* is what the phone shows, given the file behind *media* (a URL or
        ""); *code* is what the message fails with, 0 for nothing."""
        code = code or self._failing(message.contact)
        if code:
            self._emitter.spawn(self._fail(message, code))
        elif media and self._knobs.media_checks:
            self._emitter.spawn(self._fetch(message, look, media))
        else:
            await self._go(message, look(await self._glance(media)))

    def at(self, message: Message, moment: int, begin: Callable[[], Awaitable[None]]) -> None:
        """Have a scheduled message begin at *moment* (microseconds), unless it is canceled."""
        self._emitter.spawn(self._wait(message, moment, begin), later=True)

    async def _wait(self, message: Message, moment: int, begin: Callable[[], Awaitable[None]]) -> None:
        await self._time.sleep(max(0.0, (moment - self._time.now()) / SECOND))
        if message.status == "scheduled":
            await begin()

    def canceled(self, message: Message) -> None:
        """The business took a message back."""
        self._emitter.spawn(self._tell(message, "canceled"))

    def told(self, message: Message) -> None:
        """A scheduled message was taken."""
        self._emitter.spawn(self._tell(message, "scheduled"))

    async def _fetch(self, message: Message, look: Callable[[Fetched], Received], media: str) -> None:
        with self._time.resting():
            found = await fetch(media)
        if found.code:
            await self._fail(message, found.code)
        else:
            self._remember(media, found)
            await self._go(message, look(found))

    def _remember(self, media: str, found: Fetched) -> None:
        self.fetched[media] = found
        while len(self.fetched) > KEPT:
            del self.fetched[next(iter(self.fetched))]

    async def _glance(self, media: str) -> Fetched:
        """What a phone finds behind *media*, as far as it is on this machine; nothing is judged."""
        if near(media):
            found = await fetch(media, PATIENCE)
            if not found.code:
                self._remember(media, found)
                return found
        return Fetched(mime=guessed(media))

    async def _go(self, message: Message, shown: Received) -> None:
        names = self._names()
        if message.contact.offline:
            self._held.append((message, shown))
            reached = names.index("sent") + 1 if "sent" in names else 0
            self._emitter.spawn(self._life(message, names[:reached]))
            return
        if message.status == "canceled":
            return
        await self._world.arrive(message.contact, shown)
        self._emitter.spawn(self._life(message, names))

    async def online(self, contact: Contact) -> None:
        """What waited for the contact's phone arrives."""
        waited = [each for each in self._held if each[0].contact is contact]
        self._held = [each for each in self._held if each[0].contact is not contact]
        for message, shown in waited:
            await self._world.arrive(contact, shown)
            names = self._names()
            reached = names.index("sent") + 1 if "sent" in names else 0
            self._emitter.spawn(self._life(message, names[reached:]))

    async def read(self, contact: Contact) -> None:
        """The contact reads what was delivered."""
        for message in self._unread.pop(contact.phone, []):
            await self._tell(message, "read")

    def _failing(self, contact: Contact) -> int:
        if code := self.failures.take(contact.phone):
            return code
        if contact.phone in self._knobs.unreachable:
            return 63024
        return self._knobs.fails.get(contact.phone, 0)

    def _names(self) -> list[str]:
        """The statuses that a message will get."""
        names = list(self._knobs.statuses)
        if self._knobs.shuffle_statuses:
            self._knobs.rng.shuffle(names)
        return names

    async def _life(self, message: Message, names: list[str]) -> None:
        for name in names:
            await self._time.sleep(self._knobs.status_delay)
            if message.status == "canceled":
                return
            await self._tell(message, name)
        if names and names[-1] == "delivered":
            self._unread.setdefault(message.contact.phone, []).append(message)

    async def _fail(self, message: Message, code: int) -> None:
        await self._time.sleep(self._knobs.status_delay)
        if message.status == "canceled":
            return
        message.error = code
        await self._tell(message, "undelivered" if code in LEFT else "failed")

    async def _tell(self, message: Message, name: str) -> None:
        """The message has come to *name*; nobody is told when there is nowhere to tell it."""
        message.updated = self._time.now()
        if name not in TICKS or TICKS.index(name) > TICKS.index(message.status):
            message.status = name
        if name == "sent" or (message.sent is None and name in ("delivered", "read", "undelivered")):
            message.sent = message.updated
        target = statuses.target(message)
        if target is None:
            return
        told = statuses.params(message, self._account, name)
        try:
            await self._emitter.deliver(target, told)
        except NotDelivered:
            return  # Twilio does not come back; its debugger has it
        await self._world.tick(message.sid, name)


def near(media: str) -> bool:
    """Whether a file is on this machine."""
    try:
        return urlsplit(media).hostname in NEAR
    except ValueError:
        return False


def guessed(media: str) -> str:
    """The type of a file by its name, "" when that says nothing."""
    return mimetypes.guess_type(media.partition("?")[0])[0] or ""
