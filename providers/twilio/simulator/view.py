"""How an accepted message looks on a phone: `gateway demo` draws it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from gateway.simulator.view import Choice, FileKind, Person, Place, Rows, Slide, View
from providers.twilio.simulator.phone import Received, taps

_ENDINGS: dict[str, FileKind] = {
    "jpg": "image", "jpeg": "image", "png": "image", "gif": "image", "webp": "sticker",
    "mp4": "video", "3gp": "video", "3gpp": "video",
    "ogg": "audio", "oga": "audio", "opus": "audio", "mp3": "audio", "aac": "audio", "amr": "audio",
    "m4a": "audio", "mpeg": "audio",
}  # fmt: skip
_KINDS: tuple[FileKind, ...] = ("image", "video", "audio")


def view(message: Received) -> View:
    """What to draw of *message* beyond its words. Where the type of its file is not known, the ending tells,
    and without one whoever draws it has to find out."""
    content = message.content
    if message.kind == "location":
        return View(place=_spot(message))
    if message.kind == "twilio/location":
        words = {"name": content.get("label") or "", "address": content.get("address") or ""}
        return View(place=Place(float(content["latitude"]), float(content["longitude"]), **words))
    if message.kind == "twilio/carousel":
        return View(slides=tuple(_slide(card) for card in content["cards"]))
    link, label = _leading(content.get("actions") or [])
    rows = [Choice(one.id, one.title, one.description) for one in message.options] if message.button else []
    return View(
        file=message.media, file_kind=_kind(message.media, message.mime), filename=_name(message.media),
        people=tuple(Person(*one) for one in message.people), link=link, label=label,
        sections=(Rows("", tuple(rows)),) if rows else (),
    )  # fmt: skip


def _spot(message: Received) -> Place:
    """`PersistentAction=geo:1.5,2.5|Label`, with the place's name in `Body` (wire.md §4.4)."""
    action = str(message.body.get("PersistentAction", ""))
    where, _, label = action.removeprefix("geo:").partition("|")
    latitude, _, longitude = where.partition(",")
    return Place(float(latitude), float(longitude), str(message.body.get("Body", "")), label)


def _slide(card: dict[str, Any]) -> Slide:
    link, label = _leading(card["actions"])
    words = [words for words in (card.get("title"), card.get("body")) if words]
    return Slide(
        text="\n".join(words), file=card["media"], file_kind=_kind(card["media"]) or "image", link=link,
        label=label, options=tuple(Choice(one.id, one.title) for one in taps(card["actions"])),
    )  # fmt: skip


def _leading(actions: list[dict[str, Any]]) -> tuple[str, str]:
    """Where the first button that leads somewhere leads, and its words."""
    first = next((action for action in actions if action.get("url")), {})
    return first.get("url", ""), first.get("title", "")


def _kind(media: str, mime: str = "") -> FileKind:
    if not media:
        return ""
    if mime.startswith("image/webp"):
        return "sticker"
    known = next((kind for kind in _KINDS if mime.startswith(f"{kind}/")), None)
    if known is not None:
        return known
    return "document" if mime else _ENDINGS.get(_name(media).rpartition(".")[2].lower(), "")


def _name(media: str) -> str:
    """The last part of the address, if it looks like a file's name."""
    name = unquote(media.partition("?")[0].rpartition("/")[2])
    return name if "." in name else ""
