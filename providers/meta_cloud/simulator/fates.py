"""What becomes of an accepted message: it arrives or fails, and the business is told step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.simulator.failing import Failing
from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator import statuses
from providers.meta_cloud.simulator.contact import Contact, Group
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.envelope import Update
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.phone import received
from providers.meta_cloud.simulator.statuses import Sent
from providers.meta_cloud.simulator.webhooks import profile
from providers.meta_cloud.simulator.world import World

#: Seconds after which a message that could not be delivered is dropped (wire.md 1.6).
TTL, AUTHENTICATION_TTL = 30 * 24 * 3600, 600


class Fates:
    """Sets the statuses of accepted messages going."""

    def __init__(self, world: World, emitter: Emitter, knobs: Knobs, timeline: Timeline) -> None:
        self._world, self._emitter, self._knobs, self._time = world, emitter, knobs, timeline
        #: The definition of the template that a body sends, as Graph would list it; None if unknown.
        self.definition: Callable[[Line, dict[str, Any]], dict[str, Any] | None] = lambda line, body: None
        #: What the next messages fail with after they were accepted.
        self.failures = Failing()
        self._held: list[Sent] = []
        self._served: dict[str, int] = {}
        self._voices: dict[str, Sent] = {}
        #: Delivered and not read, by phone.
        self._unread: dict[str, list[Sent]] = {}

    async def begin(
        self, line: Line, to: Contact | Group, message_id: str, body: dict[str, Any], lite: bool = False
    ) -> None:
        """A message was accepted; *lite* when it came by the marketing messages endpoint."""
        if isinstance(to, Group):
            self._emitter.spawn(self._group_life(line, to, message_id, body))
            for member in to.members:
                await self._world.arrive(member, received(message_id, body, self.definition(line, body)))
            return
        now = self._time.now()
        category = "marketing_lite" if lite else self._category(line, body)
        sent = Sent(line, to, message_id, body, now, category, self._free(line, category))
        if sent.to_phone:
            to.reached[line.phone_number_id] = now
        to.answered(line, now)
        if body.get("type") == "audio" and body["audio"].get("voice"):
            self._voices[message_id] = sent
        code = self._failing(to)
        if code:
            self._emitter.spawn(self._fail(sent, code))
        elif to.offline:
            self._held.append(sent)
            self._emitter.spawn(self._life(sent, self._names(body)[:1]))
        else:
            await self._world.arrive(to, received(message_id, body, self.definition(line, body)))
            self._emitter.spawn(self._life(sent, self._names(body)))

    async def online(self, contact: Contact) -> None:
        """What waited for the contact's phone arrives, unless its time to live has passed."""
        waited = [sent for sent in self._held if sent.contact is contact]
        self._held = [sent for sent in self._held if sent.contact is not contact]
        for sent in waited:
            definition = self.definition(sent.line, sent.body)
            if self._time.now() - sent.at < self._ttl(sent, definition) * 1_000_000:
                await self._world.arrive(contact, received(sent.message_id, sent.body, definition))
                self._emitter.spawn(self._life(sent, self._names(sent.body)[1:]))

    async def played(self, contact: Contact, message_id: str) -> None:
        """The contact plays a voice message for the first time; later times are not told."""
        sent = self._voices.pop(message_id, None)
        if sent is None or sent.contact is not contact:
            raise LookupError(f"{contact.phone} has no unplayed voice message {message_id}")
        await self.tell(sent, "played")

    async def read(self, contact: Contact) -> None:
        """The contact reads what was delivered."""
        for sent in self._unread.pop(contact.phone, []):
            await self.tell(sent, "read")

    def _ttl(self, sent: Sent, definition: dict[str, Any] | None) -> int:
        usual = AUTHENTICATION_TTL if sent.category == "authentication" else TTL
        chosen = int((definition or {}).get("message_send_ttl_seconds") or usual)
        return TTL if chosen < 0 else chosen

    def _category(self, line: Line, body: dict[str, Any]) -> str:
        if body.get("type") != "template":
            return str(body.get("category", "service"))
        return str((self.definition(line, body) or {}).get("category", "utility")).lower()

    def _free(self, line: Line, category: str) -> bool:
        if category != "service" or self._knobs.free_service is None:
            return True
        self._served[line.phone_number_id] = self._served.get(line.phone_number_id, 0) + 1
        return self._served[line.phone_number_id] <= self._knobs.free_service

    def _failing(self, contact: Contact) -> int:
        if code := self.failures.take(contact.phone):
            return code
        if contact.phone in self._knobs.unreachable:
            return 131026
        return self._knobs.fails.get(contact.phone, 0)

    def _names(self, body: dict[str, Any]) -> list[str]:
        """The statuses that the message will get. A reaction gets no more than `sent`."""
        names = list(self._knobs.statuses)
        if body.get("type") == "reaction":
            return names[:1]
        if "read" in names and "delivered" in names and self._knobs.chance(self._knobs.skip_delivered):
            names.remove("delivered")
        if self._knobs.shuffle_statuses:
            self._knobs.rng.shuffle(names)
        return names

    async def _life(self, sent: Sent, names: list[str]) -> None:
        """The statuses one by one. The price comes with `sent` and with the first one after it."""
        untold = {"sent", "delivered"}
        for name in names:
            await self._time.sleep(self._knobs.status_delay)
            slot = "sent" if name == "sent" else "delivered"
            priced = slot in untold and name != "played"
            untold.discard(slot)
            await self.tell(sent, name, priced=priced)
        if names and names[-1] == "delivered":
            self._unread.setdefault(sent.contact.phone, []).append(sent)

    async def tell(self, sent: Sent, name: str, *, priced: bool = False) -> None:
        """Tell one status that is no failure."""
        now, cbp = self._time.now(), self._knobs.conversations
        told = statuses.status(sent, name, now, priced=priced, cbp=cbp)
        people = [] if cbp else [profile(sent.contact, sent.shown(now), username=name != "sent")]
        value = {**({"contacts": people} if people else {}), "statuses": [told]}
        await self._emitter.status(Update(sent.line, "messages", value, now, ((sent.message_id, name),)))

    async def _fail(self, sent: Sent, code: int) -> None:
        await self._time.sleep(self._knobs.status_delay)
        now = self._time.now()
        value = {"statuses": [statuses.failed(sent, code, now)]}
        await self._emitter.status(Update(sent.line, "messages", value, now, ((sent.message_id, "failed"),)))

    async def _group_life(self, line: Line, group: Group, message_id: str, body: dict[str, Any]) -> None:
        for name in self._names(body):
            await self._time.sleep(self._knobs.status_delay)
            now = self._time.now()
            told = statuses.group_statuses(line, group, message_id, body, name, now)
            update = Update(line, "messages", {"statuses": told}, now, ((message_id, name),))
            await self._emitter.status(update)
