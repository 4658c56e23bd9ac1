"""What contacts do in a chat: they say, tap and send, and their phones are off and on."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from providers.twilio.simulator import inbound, webhooks
from providers.twilio.simulator.inbound import Said
from providers.twilio.simulator.lines import Line
from providers.twilio.simulator.media import Stored
from providers.twilio.simulator.network import Network
from providers.twilio.simulator.phone import Received


class Around(TypedDict, total=False):
    """What may stand around any message of a contact: the business number that is written to (the first one
    if left out), the SID of the message that is answered, how often this one was forwarded, and the ad that
    the contact came by ({}: a usual one)."""

    number: str
    reply_to: str
    forwarded: int
    referral: dict[str, Any]


class Acts(Network):
    """Each act returns the new message's SID once the gateway has taken it, and raises `NotDelivered` when
    neither the webhook's URL nor its fallback does. The list of messages has it in any case."""

    async def says(self, contact: str, text: str, **around: Unpack[Around]) -> str:
        """*contact* writes *text*."""
        return await self.sends(contact, "text", text=text, **around)

    async def taps(self, contact: str, reply_id: str, *, number: str = "", message_id: str = "") -> str:
        """*contact* taps a button, or picks a row, of the newest message that has any, or of *message_id*."""
        menus = [m for m in self._world.contact(contact).inbox if m.options]
        menu = next((m for m in reversed(menus) if message_id in ("", m.message_id)), None)
        if menu is None:
            raise LookupError(f"{contact} has no message with anything to tap")
        option = next((o for o in menu.options if o.id == reply_id), None)
        if option is None:
            offered = ", ".join(o.id for o in menu.options)
            raise LookupError(f"{contact} cannot tap {reply_id!r}; the newest menu offers: {offered}")
        kind = "button_reply" if option.reply == "button" or self.list_replies == "button" else "list_reply"
        return await self.sends(
            contact, kind, id=option.id, title=option.title, reply_to=menu.message_id, number=number
        )

    async def sends(self, contact: str, kind: str, **fields: Any) -> str:
        """*contact* sends a message of *kind*: image, voice, contacts, flow_reply, unsupported, …. *fields*
        change its usual content and say what stands around it (`Around`). A medium may have its bytes as
        `content`, or be a `media` that `store_inbound` gave."""
        who, line = self._world.contact(contact), self._lines.named(fields.pop("number", ""))
        said, files = self._said(line, kind, fields)
        return await self._write(who, line, said, files)

    def _said(self, line: Line, kind: str, fields: dict[str, Any]) -> tuple[Said, list[Stored]]:
        fields = fields | fields.pop("around", {})
        beside = webhooks.forwarded(fields.pop("forwarded", 0))
        if reply_to := fields.pop("reply_to", ""):
            beside |= webhooks.replied(reply_to, line.address)
        ad = fields.pop("referral", None)
        if ad is not None:
            beside |= inbound.referral(ad)
        if kind not in inbound.MEDIA:
            said = inbound.said(kind, fields)
            return Said(said.kind, said.body, said.beside | beside), []
        stored = self._file(kind, fields)
        caption = str(fields.pop("caption", stored.filename if kind == "document" else ""))
        told = Said(inbound.MEDIA[kind][0], caption, inbound.plain(fields) | beside)
        return told, [stored]

    async def fills(self, contact: str, data: dict[str, Any], *, number: str = "") -> str:
        """*contact* completes the newest flow with *data*; its token goes back with it."""
        flow = self._newest(contact, ("whatsapp/flows", "twilio/flows"))
        return await self.sends(contact, "flow_reply", data=data, reply_to=flow.message_id, number=number)

    def _newest(self, contact: str, kinds: tuple[str, ...]) -> Received:
        found = next((m for m in reversed(self._world.contact(contact).inbox) if m.kind in kinds), None)
        if found is None:
            raise LookupError(f"{contact} has no message of the kind {' or '.join(kinds)} to answer")
        return found

    async def clicks_ad(self, contact: str, text: str = "I saw your ad", *, number: str = "") -> str:
        """*contact* comes by an advertisement."""
        return await self.says(contact, text, referral={}, number=number)

    async def reads(self, contact: str) -> None:
        """*contact* reads what was delivered and not read yet."""
        await self._fates.read(self._world.contact(contact))

    def goes_offline(self, contact: str) -> None:
        """The contact's phone is off: messages get no further than `sent`."""
        self._world.contact(contact).offline = True

    async def comes_online(self, contact: str) -> None:
        """What waited for the phone arrives."""
        who = self._world.contact(contact)
        who.offline = False
        await self._fates.online(who)

    def changes_user_id(self, contact: str) -> str:
        """The contact's user id becomes another, which Twilio does not tell; the one before reaches nobody.
        Returns the new one."""
        who = self._world.contact(contact)
        self._world.rotate(who)
        return who.user_id

    def deletes_media(self, message_id: str) -> None:
        """The files of a contact's message are deleted."""
        self._api.media.forget(message_id)
