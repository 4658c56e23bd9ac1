"""The bodies of what is shown as it is: texts, files, places, reactions, pins (wire.md §2.4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.model import outbound
from gateway.model.checks import filled, most, needed, refuse, web
from providers.meta_cloud.emoji import one_emoji
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]


def text(message: outbound.Text) -> Body:
    """One text message; `gateway.fit` has split a longer one."""
    shown = {} if message.preview_url is None else {"preview_url": message.preview_url}
    return {"type": "text", "text": {"body": needed("text", message.text, LIMITS.text)} | shown}


def medium(field: str, value: str) -> Body:
    """A link, or the id of an upload, told apart by the scheme; a file of ours keeps its mark for `send`."""
    if "://" in value:
        return {"link": web(field, value, None)}
    if value.startswith(outbound.STORED):
        filled(field, value.removeprefix(outbound.STORED))
    return {"id": filled(field, value)}


def _file(message: outbound.Media) -> Body:
    given = {"link": message.link, "media_id": message.media_id, "stored": message.stored}
    named = [name for name, value in given.items() if value]
    if len(named) != 1 or message.data:
        refuse("link", "or media_id, or stored: give exactly one of them")
    if message.stored:
        return medium("stored", outbound.STORED + message.stored)
    if message.link and not message.link.startswith(outbound.STORED):
        return {"link": web("link", message.link, None)}
    return medium(named[0], given[named[0]])


def _caption(words: str) -> Body:
    """The words below a file."""
    return {"caption": most("caption", words, LIMITS.caption)} if words.strip() else {}


def image(message: outbound.Image) -> Body:
    """A picture with its caption."""
    return {"type": "image", "image": _file(message) | _caption(message.caption)}


def video(message: outbound.Video) -> Body:
    """A video with its caption."""
    return {"type": "video", "video": _file(message) | _caption(message.caption)}


def audio(message: outbound.Audio) -> Body:
    """A sound file."""
    return {"type": "audio", "audio": _file(message)}


def voice(message: outbound.Voice) -> Body:
    """A voice note is a sound file with a mark."""
    return {"type": "audio", "audio": _file(message) | {"voice": True}}


def document(message: outbound.Document) -> Body:
    """A file with its name and caption."""
    name = {"filename": filled("filename", message.filename)} if message.filename else {}
    return {"type": "document", "document": _file(message) | name | _caption(message.caption)}


def sticker(message: outbound.Sticker) -> Body:
    """A sticker."""
    return {"type": "sticker", "sticker": _file(message)}


def degrees(field: str, value: float, bound: int) -> str:
    """*value* in decimal notation, when it is within ±*bound*."""
    if not -bound <= value <= bound:
        refuse(field, f"is {value:g}, degrees are within ±{bound}")
    return format(Decimal(repr(value)), "f")


def place(field: str, given: outbound.Location | outbound.Place) -> Body:
    """A point with its words; *field* is the path in front of its members, such as "place."."""
    body = {
        "latitude": degrees(f"{field}latitude", given.latitude, 90),
        "longitude": degrees(f"{field}longitude", given.longitude, 180),
    }
    body |= {"name": filled(f"{field}name", given.name)} if given.name else {}
    return body | ({"address": filled(f"{field}address", given.address)} if given.address else {})


def location(message: outbound.Location) -> Body:
    """A point on the map."""
    return {"type": "location", "location": place("", message)}


def reaction(message: outbound.Reaction) -> Body:
    """An emoji on a message, or none any more."""
    target = needed("message_id", message.message_id, LIMITS.message_id)
    if message.emoji and not one_emoji(message.emoji):
        refuse("emoji", 'must be one emoji, or "" to take the reaction away')
    return {"type": "reaction", "reaction": {"message_id": target, "emoji": message.emoji}}


def pin(message: outbound.Pin) -> Body:
    """A message held up in a group, for some days."""
    target = needed("message_id", message.message_id, LIMITS.message_id)
    if message.unpin:
        return {"type": "pin", "pin": {"type": "unpin", "message_id": target}}
    if message.days not in (1, 7, 30):
        refuse("days", "is 1, 7 or 30")
    body = {"type": "pin", "message_id": target, "expiration_days": str(message.days)}
    return {"type": "pin", "pin": body}
