"""What all parts of the simulator share: senders, contacts, time, and the way to the business."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gateway.clock import Clock
from gateway.simulator import Traffic
from gateway.simulator.samples import sample
from gateway.simulator.serving import Serving
from gateway.simulator.timeline import Timed, Timeline
from gateway.simulator.watching import Watching
from providers.twilio.simulator import ids, inbound, webhooks
from providers.twilio.simulator.api import Api
from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.credentials import Credentials
from providers.twilio.simulator.emitter import Emitter
from providers.twilio.simulator.fates import Fates
from providers.twilio.simulator.inbound import Said
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.lines import Line, Lines
from providers.twilio.simulator.media import Stored
from providers.twilio.simulator.phone import Received
from providers.twilio.simulator.records import Message
from providers.twilio.simulator.signing import Signer
from providers.twilio.simulator.target import Target
from providers.twilio.simulator.world import World

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START = frozenset({"START", "YES", "UNSTOP"})


class Written(Struct, frozen=True):
    """A message of a contact, as it is kept and as it is told."""

    message: Message
    params: dict[str, str]


class Network(Knobs, Timed, Watching[Received], Serving):
    """One account of Twilio's with its WhatsApp senders, and everybody who can write to them."""

    _world: World
    _emitter: Emitter

    def __init__(self, line: Line, clock: Clock, account_sid: str, auth_token: str) -> None:
        super().__init__()
        #: The simulator's own time; `pass_time` moves it.
        self.clock = Timeline(clock)
        self.credentials = Credentials(account_sid, auth_token)
        self.traffic = Traffic()
        #: Where messages go when the sender has no URL of its own, and where when that fails.
        self.webhook_url = self.fallback_url = ""
        self._lines, self._world = Lines(line), World()
        self._signer = Signer(self.credentials)
        self._emitter = Emitter(self, self.clock, self._signer, self.traffic)
        self._fates = Fates(self._world, self._emitter, self, self.clock, account_sid)
        self._api = Api(
            self, self.clock, self.credentials, self._lines, self._world, self._fates, self._emitter
        )

    def add_number(self, number: str) -> str:
        """One more sender of the same account; name it in `number=` of what contacts do."""
        line = Line("+" + "".join(filter(str.isdigit, number)))
        self._lines.add(line)
        return line.number

    def contact(self, phone: str, name: str = "", **known: Any) -> Contact:
        """The contact with this phone; *name* changes its profile, *known* what else `Contact` has:
        hidden, digits (a WaId that is not the phone's), offline."""
        return self._world.contact(phone, name, **known)

    def store_inbound(self, content: bytes, mime_type: str, filename: str = "") -> Stored:
        """A file that a contact has: `media` of `sends`."""
        return self._api.media.keep(content, mime_type, filename)

    def _written(self, who: Contact, line: Line, said: Said, files: list[Stored]) -> Written:
        """A new message of *who*. The window opens with it."""
        sid, now = ids.sid("MM" if files else "SM"), self._now
        for stored in files:
            stored.message = sid
        media = {self._api.media.url(stored): stored.mime for stored in files}
        account = self.credentials.account_sid
        params = webhooks.message(sid, who, line, now, account, said, media)
        if self._api.messages.service:
            params["MessagingServiceSid"] = self._api.messages.service
        who.wrote[line.number] = now
        if heeded := self._heed(who, line, said.body):
            params["OptOutType"] = heeded
        message = Message(
            sid, line, who, to=line.address, sender=params["From"], body=said.body, status="received", at=now,
            inbound=True, media=len(files), sent=now,
        )  # fmt: skip
        self._api.ledger.told.add(sid)
        return Written(message, params)

    def _heed(self, who: Contact, line: Line, body: str) -> str:
        """What Twilio's own management of opt-outs takes *body* for, and answers itself; "" for nothing."""
        word = body.strip().upper()
        if self.opt_outs and word in STOP:
            who.stopped.add(line.number)
            return "STOP"
        if self.opt_outs and word in START:
            who.stopped.discard(line.number)
            return "START"
        return ""

    async def _write(self, who: Contact, line: Line, said: Said, files: list[Stored]) -> str:
        """*who* writes; returns once the business has taken the webhook. The list of messages has it
        whatever becomes of the webhook."""
        written = self._written(who, line, said, files)
        self._api.ledger.add(written.message)
        await self._emitter.deliver(self.target(line), written.params)
        return written.message.sid

    def target(self, line: Line) -> Target:
        """Where messages to *line* go."""
        own = line.webhook
        if not own.get("callback_url"):
            return Target(self.webhook_url, fallback=self.fallback_url, wants_twiml=True)
        return Target(
            own["callback_url"],
            own.get("callback_method", "POST"),
            own.get("fallback_url", ""),
            own.get("fallback_method", "POST"),
            wants_twiml=True,
        )

    def _file(self, kind: str, fields: dict[str, Any]) -> Stored:
        """The file of a message of *kind*, from `media`, or made of `content`, `mime_type`, `filename`."""
        stored, content = fields.pop("media", None), fields.pop("content", None)
        mime = fields.pop("mime_type", inbound.MEDIA[kind][1])
        name = fields.pop("filename", "document.pdf" if kind == "document" else "")
        if kind == "contacts":
            card = fields.pop("vcard", None) or inbound.vcard(fields.pop("contacts", [inbound.ANA]))
            content, name = (
                content or (card.encode() if isinstance(card, str) else card),
                name or "contact.vcf",
            )
        if stored is None:
            return self.store_inbound(sample(mime) if content is None else content, mime, name)
        if not isinstance(stored, Stored):
            raise TypeError("media must be what store_inbound gave")
        # The same file may be sent twice; each message has one of its own.
        return (
            self.store_inbound(stored.data, stored.mime, stored.filename or name)
            if stored.message
            else stored
        )
