"""What contacts do in a chat: they say, tap, send, react, edit and take back."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from providers.meta_cloud.simulator import contents, webhooks
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.network import Network
from providers.meta_cloud.simulator.phone import Option


class Around(TypedDict, total=False):
    """What may stand around any message of a contact.

    *number* is the business number's id, the first one if left out. *forwarded* is how often. *product* is
    the catalog and the product that the contact wrote about, *referral* the ad that it came by ({}: a
    usual one), *group* the group's id, *errors* the elements of `errors[]`.
    """

    number: str
    reply_to: str
    forwarded: int
    product: tuple[str, str]
    referral: dict[str, Any]
    group: str
    errors: list[dict[str, Any]]


class Acts(Network):
    """Each act returns the new message's id once the gateway has answered 200, and raises `NotDelivered`
    when it does not do so for `retry_for` seconds."""

    async def says(self, contact: str, text: str, **around: Unpack[Around]) -> str:
        """*contact* writes *text*."""
        return await self._act(contact, contents.Content("text", {"body": text}), around)

    async def taps(self, contact: str, reply_id: str, *, number: str = "", message_id: str = "") -> str:
        """*contact* taps a button, or picks a row, of the newest message that has any, or of *message_id*."""
        menus = [m for m in self._world.contact(contact).inbox if m.options]
        menu = next((m for m in reversed(menus) if not message_id or m.message_id == message_id), None)
        if menu is None:
            raise LookupError(f"{contact} has no message with anything to tap")
        option = next((o for o in menu.options if o.id == reply_id), None)
        if option is None:
            offered = ", ".join(o.id for o in menu.options)
            raise LookupError(f"{contact} cannot tap {reply_id!r}; the menu offers: {offered}")
        return await self._tap(contact, option, menu.message_id, number)

    async def _tap(self, contact: str, option: Option, message_id: str, number: str) -> str:
        kind, payload = webhooks.tap(option)
        around: Around = {"reply_to": message_id, "number": number}
        return await self._act(contact, contents.Content(kind, payload), around)

    async def sends(
        self,
        contact: str,
        kind: str,
        *,
        reply_to: str = "",
        number: str = "",
        around: Around | None = None,
        **fields: Any,
    ) -> str:
        """*contact* sends another kind: image, voice, order, flow_reply, unsupported, …; *fields* change
        the usual content of `contents.USUAL`, *around* what stands beside it. A medium may have its bytes as
        `content`, or be a `media` that `store_inbound` gave."""
        about: Around = {"reply_to": reply_to, "number": number, **(around or {})}
        return await self._act(contact, self._content(kind, number, fields), about)

    def _content(self, kind: str, number: str, fields: dict[str, Any]) -> contents.Content:
        if kind not in contents.MIME:
            return contents.content_of(kind, fields)
        data, stored = fields.pop("content", None), fields.pop("media", None)
        if stored is None:
            mime = fields.get("mime_type", contents.MIME[kind])
            stored = self._keep(self._lines.named(number), mime, data)
        return contents.media(kind, stored, fields)

    async def reacts(self, contact: str, message_id: str, emoji: str | None, *, number: str = "") -> str:
        """*contact* reacts to a message; None takes the reaction away."""
        return await self.sends(contact, "reaction", message_id=message_id, emoji=emoji, number=number)

    async def edits(self, contact: str, message_id: str, text: str, *, number: str = "") -> str:
        """*contact* changes the words of its own message (coexistence numbers)."""
        return await self.sends(contact, "edit", original_message_id=message_id, text=text, number=number)

    async def revokes(self, contact: str, message_id: str, *, number: str = "") -> str:
        """*contact* takes its own message back (coexistence numbers)."""
        return await self.sends(contact, "revoke", original_message_id=message_id, number=number)

    async def opens_chat(self, contact: str, *, number: str = "") -> str:
        """*contact* opens the chat for the first time."""
        return await self.sends(contact, "request_welcome", number=number)

    async def clicks_ad(self, contact: str, text: str = "I saw your ad", *, number: str = "") -> str:
        """*contact* comes by an advertisement: answered within a day, all is free for 72 hours."""
        return await self.says(contact, text, referral={}, number=number)

    async def _act(self, phone: str, content: contents.Content, around: Around) -> str:
        contact, line = self._world.contact(phone), self._lines.named(around.get("number", ""))
        more = self._beside(contact, line, content, around)
        return await self._write(contact, line, content.kind, content.payload, more)

    def _beside(
        self, contact: Contact, line: Line, content: contents.Content, around: Around
    ) -> dict[str, Any]:
        if strange := around.keys() - Around.__annotations__.keys():
            raise TypeError(f"nothing called {', '.join(sorted(strange))} stands around a message")
        more = dict(content.beside)
        if context := context_of(line, around):
            more["context"] = context
        if "referral" in around:
            more["referral"] = around["referral"] or contents.REFERRAL
            contact.clicked[line.phone_number_id] = self._now
        for name, key in (("group", "group_id"), ("errors", "errors")):
            if around.get(name):
                more[key] = around[name]  # type: ignore[literal-required]
        return more

    # What contacts do with the messages that they got.

    async def reads(self, contact: str) -> None:
        """*contact* reads what was delivered and not read yet."""
        await self._fates.read(self._world.contact(contact))

    def goes_offline(self, contact: str) -> None:
        """The contact's phone is off: messages get no further than `sent`."""
        self._world.contact(contact).offline = True

    async def comes_online(self, contact: str) -> None:
        """What waited for the phone arrives, unless its time to live has passed."""
        who: Contact = self._world.contact(contact)
        who.offline = False
        await self._fates.online(who)

    async def plays(self, contact: str, message_id: str) -> None:
        """*contact* plays a voice message of the business for the first time."""
        await self._fates.played(self._world.contact(contact), message_id)

    def fail_next(self, code: int, contact: str = "") -> None:
        """The next message (to *contact*) is accepted, then fails with *code*."""
        self._fates.failures.add(self._world.contact(contact).phone if contact else "", code)


def context_of(line: Line, around: Around) -> dict[str, Any]:
    """The `context` of a message: an answer, a forward, or a question about a product."""
    context: dict[str, Any] = {}
    if around.get("reply_to"):
        context |= webhooks.quoted(line, around["reply_to"])
    if times := around.get("forwarded", 0):
        context["frequently_forwarded" if times > 5 else "forwarded"] = True
    if "product" in around:
        catalog, product = around["product"]
        context |= {"from": line.display}
        context["referred_product"] = {"catalog_id": catalog, "product_retailer_id": product}
    return context
