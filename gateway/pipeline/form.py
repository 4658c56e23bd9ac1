"""A message in the form that its channel carries: fitted by the provider's capabilities, then rendered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.errors import SendRefused
from gateway.fit import fit
from gateway.fit.marks import shorten
from gateway.model.capability import Loss
from gateway.model.menu import Menu
from gateway.model.outbound import (
    STORED,
    Audio,
    Document,
    Image,
    Media,
    Outbound,
    Sticker,
    Text,
    Video,
    Voice,
)
from gateway.model.template import TemplateDefinition

#: What a part carries for the case that its file is refused: the words and the link that go instead. The
#: sender takes it out before the provider sees the part.
INSTEAD = "_instead"

_FILES = (Image, Video, Audio, Voice, Document, Sticker)

Row = dict[str, object]
#: Keeps the bytes of a message for a tenant; the row of the file, which is written with the message.
Keep = Callable[[str, Media], Awaitable[Row]]


class Formed(Struct, frozen=True):
    """Rendered bodies in their order, what was lost, and what the contact is asked to choose from. *files*
    are the rows of files that came with the message."""

    parts: tuple[dict[str, Any], ...]
    losses: tuple[Loss, ...] = ()
    menu: Menu | None = None
    files: tuple[Row, ...] = ()


async def planned(tenant: str, message: Media) -> Row:
    """The `Keep` of a dry run."""
    return {"id": "planned"}


async def form(
    channel: Channel, message: Outbound, keep: Keep, *, language: str = "en", quoted: str = "",
    definition: TemplateDefinition | None = None,
) -> Formed:  # fmt: skip
    """*message* as the channel's provider takes it. *language* is that of the words which the gateway adds,
    *quoted* the text of the message that it answers, *definition* that of a template. Raises `SendRefused`
    naming the field."""
    provider = channel.provider
    try:
        fitted = fit(message, provider.capabilities, language=language, quoted=quoted, definition=definition)
    except SendRefused as refusal:
        raise SendRefused(f"{provider.name}: {refusal}") from refusal
    parts: list[dict[str, Any]] = []
    files: list[Row] = []
    losses = list(fitted.losses)
    for one in fitted.messages:
        if isinstance(one, Media) and one.data:
            files.append(await keep(channel.tenant, _only_data(one)))
            one = replace(one, data=b"", stored=str(files[-1]["id"]))
        rendered = provider.render(one)
        bodies = rendered.parts
        if isinstance(one, _FILES) and (instead := instead_of(one)):
            bodies = ({**bodies[0], INSTEAD: instead}, *bodies[1:])
        parts += bodies
        losses += rendered.losses
    return Formed(tuple(parts), tuple(losses), fitted.menu, tuple(files))


def _only_data(message: Media) -> Media:
    if message.link or message.media_id or message.stored:
        raise SendRefused("data: give exactly one of link, media_id, stored and data")
    if not isinstance(message.data, bytes | bytearray):
        raise SendRefused(f"data: is {type(message.data).__name__}, give bytes")
    return message


def instead_of(message: Any) -> dict[str, str] | None:
    """What says the same in a text, when there is a link to follow."""
    link = f"{STORED}{message.stored}" if message.stored else message.link
    return {"text": getattr(message, "caption", ""), "link": link} if link else None


def in_words(instead: dict[str, str], link: str, limit: int) -> Text | None:
    """The one text of at most *limit* characters that goes in place of a refused file: its link is whole, its
    words are cut where they have no room. None when the link has none."""
    room = limit - len(link) - 1
    return Text(f"{shorten(instead['text'], room)}\n{link}".strip()) if room >= 0 else None


def shown(parts: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """*parts* without what only the gateway needs."""
    return [{key: value for key, value in part.items() if key != INSTEAD} for part in parts]
