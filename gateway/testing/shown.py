"""A message on a contact's phone, and the phone's whole screen in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway.channel import Channel
from gateway.model.capability import Loss
from gateway.model.menu import Menu
from gateway.model.outbound import Outbound
from gateway.pipeline.form import form, planned
from gateway.simulator import Seen, Tappable

_decode = msgspec.json.Decoder(Outbound).decode


class Choice(Struct, frozen=True):
    """Something to tap. *id* is the plugin's; *typed* is what to type for it where a menu came in words."""

    id: str
    title: str
    description: str = ""
    typed: str = ""


class Shown:
    """What the phone shows of one message (or of one part, when it was split). It is always true, so that
    ``assert await ana.sees("…")`` reads well."""

    def __init__(self, seen: Seen, phone: str) -> None:
        self._seen = seen
        self._menu: Menu | None = None
        #: Whose phone it is on.
        self.phone = phone
        #: What was sent, as the plugin wrote it; None until it is known.
        self.message: Any = None
        #: How many messages the channel made of it.
        self.parts = 1
        #: What this channel could not carry of it.
        self.losses: tuple[Loss, ...] = ()
        #: How far it came: accepted, sent, delivered, read, failed.
        self.status = ""

    async def take(self, row: Any, channel: Channel) -> None:
        """What the gateway knows of it, and made of it for *channel*."""
        if self.message is None:
            self.message = _decode(row["content"])
            formed = await form(channel, self.message, planned)
            self.losses, self._menu = formed.losses, formed.menu
        self.parts, self.status = row["parts"], row["status"]

    @property
    def settled(self) -> bool:
        """Whether nothing more will be learned of it."""
        return self.status in ("read", "failed")

    @property
    def id(self) -> str:
        """The provider's id."""
        return self._seen.message_id

    @property
    def kind(self) -> str:
        """The provider's word for what it is."""
        return self._seen.kind

    @property
    def text(self) -> str:
        """The body or caption."""
        return self._seen.text

    @property
    def header(self) -> str:
        return self._seen.header

    @property
    def footer(self) -> str:
        return self._seen.footer

    @property
    def media(self) -> str:
        """Where its file is (a URL, or the id of an upload), "" without one."""
        return self._seen.media

    @property
    def words(self) -> str:
        """All that can be read: header, body, footer, and what is written on what can be tapped."""
        seen = self._seen
        options = [f"{one.title} {one.description}".strip() for one in seen.options]
        return "\n".join(filter(None, (seen.header, seen.text, seen.footer, seen.button, *options)))

    @property
    def buttons(self) -> list[str]:
        """The words on everything that can be tapped, or typed where a menu came as numbered lines."""
        return [choice.title for choice in self.choices]

    @property
    def choices(self) -> list[Choice]:
        """What can be tapped. On a channel without buttons: the numbered lines."""
        options: Sequence[Tappable] = self._seen.options
        if options:
            return [Choice(one.id, one.title, one.description) for one in options]
        numbered = enumerate(self._menu.options if self._menu else (), 1)
        return [
            Choice(one.id, one.title, one.description, typed=str(number))
            for number, one in numbered
            if one.title in self.text
        ]

    def __repr__(self) -> str:
        return f"<Shown {self.kind} {self.text!r}>"


def drawn(message: Shown) -> list[str]:
    """*message* as lines of a transcript."""
    lines = [*filter(None, (message.header, *message.text.splitlines(), message.footer))]
    if message.media:
        lines.insert(0, f"({message.kind})")
    if not all(choice.typed for choice in message.choices):
        lines.append("  ".join(f"[{choice.title}]" for choice in message.choices))
    return lines or [f"({message.kind})"]
