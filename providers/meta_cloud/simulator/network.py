"""What all parts of the simulator share: numbers, contacts, time, and the way to the business."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from gateway.clock import SECOND, Clock
from gateway.simulator.serving import Serving
from gateway.simulator.timeline import Timed, Timeline
from gateway.simulator.watching import Watching
from providers.meta_cloud.simulator import ids, webhooks
from providers.meta_cloud.simulator.contact import Contact, Group
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.envelope import Update
from providers.meta_cloud.simulator.fates import Fates
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line, Lines
from providers.meta_cloud.simulator.phone import Received
from providers.meta_cloud.simulator.world import World


class Network(Knobs, Timed, Watching[Received], Serving):
    """One app of Meta's with its business numbers, and everybody who can write to them."""

    _world: World
    _emitter: Emitter

    #: What delivers webhooks; a provider in front of Meta signs them in another way.
    emits: type[Emitter] = Emitter

    def __init__(self, line: Line, clock: Clock, app_secret: str) -> None:
        super().__init__()
        #: The simulator's own time; `pass_time` moves it.
        self.clock = Timeline(clock)
        self._lines = Lines(line)
        self._world = World()
        self._emitter = self.emits(self._world, self, self.clock, app_secret)
        self._fates = Fates(self._world, self._emitter, self, self.clock)
        #: A contact wrote to this number.
        self.heard: Callable[[Line], None] = lambda line: None
        #: Keeps a contact's medium (number, mime type, bytes or None for usual ones) for download; returns
        #: id, mime_type, sha256 and url as the webhook names them.
        self._keep: Callable[[Line, str, bytes | None], dict[str, Any]] = unkept
        #: Whether a number has blocked a contact: what the contact writes does not arrive then.
        self.silenced: Callable[[Line, Contact], bool] = lambda line, contact: False

    def add_number(self, number: str, display_phone_number: str = "", waba_id: str = "") -> str:
        """One more business number of the same app, by its id; name it in `number=` of what contacts do.
        Without more its digits are what is displayed, and its account is that of the first number."""
        digits = number.lstrip("+")
        self._lines.add(Line(digits, display_phone_number or digits, waba_id or self._lines.first.waba_id))
        return digits

    def contact(self, phone: str, name: str = "", **known: Any) -> Contact:
        """The contact with this phone; *name* changes its profile, *known* what else `Contact` has:
        username, hidden, parent_user_id, digits (a wa_id that is not the phone's), identity_key_hash."""
        return self._world.contact(phone, name, **known)

    def group(self, group_id: str, members: list[str] | None = None) -> Group:
        """The group with this id; *members* (phones) replaces who is in it."""
        return self._world.group(group_id, members)

    def _shown(self, contact: Contact, line: Line) -> bool:
        return contact.shows_phone(line, self._now)

    def _profile(self, contact: Contact, line: Line) -> dict[str, Any]:
        return webhooks.profile(contact, self._shown(contact, line), bsuids=self.bsuids)

    async def _write(
        self,
        contact: Contact,
        line: Line,
        kind: str,
        content: Any,
        more: dict[str, Any] | None = None,
        people: bool = True,
    ) -> str:
        """*contact* sends one message; *more* is beside its content. The window opens with it.
        Somebody who is blocked notices nothing, and neither does the business."""
        message_id = ids.wamid()
        if self.silenced(line, contact):
            return message_id
        await self._emitter.update(self._written(message_id, contact, line, kind, content, more, people))
        return message_id

    def _written(
        self,
        message_id: str,
        contact: Contact,
        line: Line,
        kind: str,
        content: Any,
        more: dict[str, Any] | None = None,
        people: bool = True,
    ) -> Update:
        """The update that tells of a message."""
        now = self._world.messages[message_id] = self._now
        self.heard(line)
        who = webhooks.sender(contact, self._shown(contact, line), bsuids=self.bsuids)
        message = webhooks.message(who, message_id, now // SECOND, kind, content) | (more or {})
        if kind != "system":
            contact.wrote[line.phone_number_id] = now
        value: dict[str, Any] = {"contacts": [self._profile(contact, line)]} if people else {}
        return Update(line, "messages", {**value, "messages": [message]}, now)

    async def reports(self, field: str, value: dict[str, Any], *, number: str = "") -> None:
        """Meta tells the business *value* of the webhook field *field*, as it stands; what every value of
        that field has (metadata) is put around it. Returns once it is taken."""
        await self._emitter.update(Update(self._lines.named(number), field, value, self._now))

    async def posts(self, body: bytes) -> None:
        """Meta posts *body* as it stands, signed, until it is taken."""
        await self._emitter.post(body)


def unkept(line: Line, mime: str, data: bytes | None) -> dict[str, Any]:
    """How a webhook names a medium that no store keeps."""
    digest = base64.b64encode(hashlib.sha256(data or b"").digest()).decode()
    return {"id": ids.number(), "mime_type": mime, "sha256": digest}
