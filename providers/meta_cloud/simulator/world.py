"""The contacts of a simulated network, and what their phones show."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import phonenumbers
from msgspec import Struct, field

#: Statuses in the order in which ticks appear; a later one never gives way to an earlier one.
TICKS = ("accepted", "sent", "failed", "delivered", "read", "played")


class Option(Struct, frozen=True):
    """Something that a contact can tap: a button or a row of a list. *reply* is the answer's type."""

    id: str
    title: str
    description: str = ""
    reply: str = "button_reply"


class Received(Struct, frozen=True):
    """A message on a contact's phone. *text* is its body, caption or emoji; *button* opens a list."""

    message_id: str
    kind: str
    text: str
    options: tuple[Option, ...] = ()
    header: str = ""
    footer: str = ""
    button: str = ""
    media: str = ""
    reply_to: str = ""
    body: dict[str, Any] = field(default_factory=dict)


class Contact(Struct):
    """Somebody with a phone: *phone* is "+254700000001". *name* is the profile's."""

    phone: str
    name: str
    user_id: str
    inbox: list[Received] = field(default_factory=list)

    @property
    def wa_id(self) -> str:
        """The phone's digits."""
        return self.phone.lstrip("+")


class World:
    """All contacts. A contact exists from the first time that somebody names it."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}
        self._phones: dict[str, str] = {}
        self._arrived = asyncio.Condition()
        #: message id -> the last status whose webhook the business has taken
        self.ticks: dict[str, str] = {}

    def contact(self, phone: str, name: str = "") -> Contact:
        """The contact with this phone; *name* changes its profile."""
        phone = "+" + "".join(filter(str.isdigit, phone))
        contact = self._contacts.get(phone)
        if contact is None:
            contact = Contact(phone, name or f"Contact {phone[-4:]}", user_id_of(phone))
            self._contacts[phone] = contact
            self._phones[contact.user_id] = phone
        if name:
            contact.name = name
        return contact

    def addressee(self, body: dict[str, Any]) -> Contact | None:
        """Who a request goes to: `to` wins over `recipient`; None for a user id that nobody has."""
        if body.get("to"):
            return self.contact(body["to"])
        phone = self._phones.get(body.get("recipient", ""))
        return self._contacts[phone] if phone else None

    async def arrive(self, contact: Contact, message: Received) -> None:
        """Put *message* on the contact's phone."""
        async with self._arrived:
            contact.inbox.append(message)
            self._arrived.notify_all()

    async def wait_for(self, contact: Contact, count: int, timeout: float) -> list[Received]:
        """The contact's messages as soon as there are *count*; `TimeoutError` says how many came."""
        try:
            async with asyncio.timeout(timeout), self._arrived:
                await self._arrived.wait_for(lambda: len(contact.inbox) >= count)
        except TimeoutError:
            came = len(contact.inbox)
            raise TimeoutError(
                f"{contact.phone} got {came} of {count} messages within {timeout:g} s"
            ) from None
        return list(contact.inbox)

    async def tick(self, message_id: str, status: str) -> None:
        """The business took the webhook with this status."""
        async with self._arrived:
            if TICKS.index(status) >= TICKS.index(self.ticks.get(message_id, "accepted")):
                self.ticks[message_id] = status
            self._arrived.notify_all()

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        """The furthest status of a message: as soon as it is *status*, or what it is after *timeout*."""
        try:
            async with asyncio.timeout(timeout), self._arrived:
                await self._arrived.wait_for(lambda: self.ticks.get(message_id) == status)
        except TimeoutError:
            pass
        return self.ticks.get(message_id, "accepted")


def user_id_of(phone: str) -> str:
    """A business-scoped user id that is always the same for a phone: country, dot, digits (wire.md 1.7)."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(phone)) or "ZZ"
    except phonenumbers.NumberParseException:
        region = "ZZ"
    if not region.isalpha():
        region = "ZZ"
    return f"{region}.{int.from_bytes(hashlib.blake2b(phone.encode(), digest_size=7).digest(), 'big'):017d}"


def received(message_id: str, body: dict[str, Any]) -> Received:
    """What a phone shows of an accepted request *body*."""
    kind = body.get("type", "text")
    content = body[kind]
    reply_to = body.get("context", {}).get("message_id", "")
    if kind == "interactive":
        return interactive(message_id, content, reply_to, body)
    if kind == "contacts":
        names = ", ".join(card["name"]["formatted_name"] for card in content)
        return Received(message_id, kind, names, reply_to=reply_to, body=body)
    words = next((content[name] for name in ("body", "caption", "emoji", "name") if content.get(name)), "")
    if kind == "location" and not words:
        words = f"{content['latitude']}, {content['longitude']}"
    return Received(
        message_id, kind, str(words), media=source(content, "link", "id"), reply_to=reply_to, body=body
    )


def interactive(message_id: str, content: dict[str, Any], reply_to: str, body: dict[str, Any]) -> Received:
    """An interactive message, with what can be tapped."""
    kind, action, header = content["type"], content["action"], content.get("header", {})
    return Received(
        message_id,
        kind,
        content["body"]["text"] if kind != "product" else "",
        tuple(options(kind, action)),
        header=header.get("text", "") if header.get("type") == "text" else "",
        footer=content["footer"]["text"] if "footer" in content else "",
        button=action["button"] if kind == "list" else "",
        media=source(header.get(header.get("type", ""), {}), "link", "id"),
        reply_to=reply_to,
        body=body,
    )


def options(kind: str, action: dict[str, Any]) -> list[Option]:
    """What can be tapped under a message with reply buttons, or picked from a list."""
    if kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        return [Option(reply["id"], reply["title"]) for reply in replies]
    if kind == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        return [Option(row["id"], row["title"], row.get("description") or "", "list_reply") for row in rows]
    return []


def source(holder: Any, *names: str) -> str:
    """The first text that *holder* has under one of *names*."""
    if not isinstance(holder, dict):
        return ""
    return next((holder[name] for name in names if isinstance(holder.get(name), str)), "")
