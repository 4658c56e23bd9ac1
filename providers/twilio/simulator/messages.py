"""POST Messages.json: what is refused at once, and what fails only later (wire.md §4.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web
from msgspec import Struct
from msgspec.structs import replace

from gateway.clock import SECOND
from gateway.simulator.failing import Failing
from gateway.simulator.rates import Rates
from gateway.simulator.serving import lose
from gateway.simulator.timeline import Timeline
from providers.twilio.simulator import ids, phone
from providers.twilio.simulator.accepted import Accepted
from providers.twilio.simulator.addresses import recipient_of, sender_of
from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.contents import Book, Sendable
from providers.twilio.simulator.door import Answer, Call, Door
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.fates import Fates
from providers.twilio.simulator.fetch import Fetched
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.ledger import Ledger
from providers.twilio.simulator.lines import Line, Lines
from providers.twilio.simulator.phone import Received
from providers.twilio.simulator.records import API, Message
from providers.twilio.simulator.wishes import PARAMETERS, Wish, wish_of
from providers.twilio.simulator.world import World


class Send(Struct, frozen=True):
    """A wish that is not refused. *code* is what it fails with later, 0 for nothing."""

    wish: Wish
    line: Line
    to: Contact
    sendable: Sendable | None
    code: int


class Messages:
    """Takes messages of the business."""

    def __init__(
        self, door: Door, lines: Lines, world: World, fates: Fates, knobs: Knobs, clock: Timeline,
        book: Book, ledger: Ledger,
    ) -> None:  # fmt: skip
        self._lines, self._world, self._fates, self._knobs = lines, world, fates, knobs
        self._clock, self._book, self._ledger, self._door = clock, book, ledger, door
        self._rates = Rates()
        self.accepted: list[Accepted] = []
        #: What the next sends are refused with.
        self.refusals = Failing()
        #: The messaging service that all senders are in, "" for none.
        self.service = ""
        #: A parameter that Twilio does not know and passes over.
        self.strange: Callable[[str], None] = lambda name: None
        door.on("POST", API + "/{account}/Messages.json", self._post)

    async def _post(self, call: Call) -> Answer | web.StreamResponse:
        pairs, knobs = await call.form(), self._knobs
        for name, _ in pairs:
            if name not in PARAMETERS:
                self.strange(name)
        send = self._judged(wish_of(pairs, self._clock.now()))
        if knobs.chance(knobs.refuse):
            raise TwilioError(20429)
        if code := self.refusals.take(send.to.phone):
            raise TwilioError(code)
        answer = await self._accept(send)
        if knobs.hold_answers:
            await asyncio.sleep(knobs.hold_answers)
        return await lose(call.request, knobs) if knobs.chance(knobs.lose_answers) else answer

    def _judged(self, wish: Wish) -> Send:
        line = sender_of(wish, self._lines, self.service)
        to, known = recipient_of(wish, line, self._world)
        if self._knobs.opt_outs and line.number in to.stopped:
            raise TwilioError(21610)
        now = self._clock.now()
        in_window = not self._knobs.windows or to.window_open(line, now)
        sendable, code = None, 0 if in_window else 63016
        if wish.content:
            sendable = self._book.judge(wish.content, wish.variables, in_window=in_window)
            code = sendable.code
        if self._knobs.rates and not self._rates.take(line.number, self._knobs.throughput, now / SECOND):
            code = 63018
        return Send(wish, line, to, sendable, code if known else 63024)

    async def _accept(self, send: Send) -> Answer:
        wish, now = send.wish, self._clock.now()
        has_media = bool(wish.media) or (send.sendable is not None and bool(picture(send.sendable)))
        message = Message(
            sid=ids.sid("MM" if has_media else "SM"),
            line=send.line,
            contact=send.to,
            to=wish.to,
            sender=send.line.address,
            body=words(send),
            status="scheduled" if wish.send_at else "accepted" if wish.service else "queued",
            at=now,
            media=1 if has_media else 0,
            service=wish.service,
            callback=wish.callback,
            form=wish.form,
        )
        if wish.to.startswith("whatsapp:+"):
            send.to.reached[send.line.number] = now
        self._ledger.add(message)
        self.accepted.append(Accepted(message.sid, wish.form, wish.callback))
        answer = Answer(message.told(self._door.account), 201)
        if wish.send_at:
            self._fates.told(message)
            self._fates.at(message, wish.send_at, lambda: self._begin(message, send))
        else:
            await self._begin(message, send)
        return answer

    async def _begin(self, message: Message, send: Send) -> None:
        form, media = send.wish.form, next(iter(send.wish.media), "")
        if send.sendable is not None:
            media = picture(send.sendable)

        def look(file: Fetched) -> Received:
            if send.sendable is not None:
                content = send.sendable.content
                seen = phone.shown(message.sid, send.sendable.kind, content, form)
                return phone.with_file(replace(seen, content=content), file)
            # Words stand under pictures only (wire.md §4.4); a file of an unknown type may be one.
            caption = not file.mime or (file.mime.startswith("image/") and file.mime != "image/webp")
            return phone.with_file(phone.plain(message.sid, form, media, caption), file)

        await self._fates.begin(message, look, media, send.code)


def picture(sendable: Sendable) -> str:
    """The file of a content, "" for none; those of a carousel's cards are not looked at."""
    return phone.picture(sendable.content)


def words(send: Send) -> str:
    """`body` of the resource."""
    if send.sendable is None:
        return send.wish.body
    content = send.sendable.content
    return str(content.get("body") or content.get("title") or "")
