"""Texts, files, places, reactions and pins (wire.md 2.2, 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.shapes import flag, one_of, only, optional_text, record, text, url, whole

TEXT, CAPTION = 4096, 1024
_PICTURE = (
    "(?:[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
    "\ufe0f?[\U0001f3fb-\U0001f3ff]?\ufe0f?[\U000e0020-\U000e007f]*)"
)
#: One emoji: a picture with its modifiers, pictures joined, a flag, or a keycap.
EMOJI = re.compile(
    f"{_PICTURE}(?:\u200d{_PICTURE})*|[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3",
)


def check_text(body: dict[str, Any]) -> None:
    """`text.body`."""
    content = record(body, "text")
    only(content, ("body", "preview_url"), "text")
    text(content, "body", TEXT, where="text")
    flag(content, "preview_url", where="text")


def check_media(kind: str, *, captioned: bool) -> Callable[[dict[str, Any]], None]:
    """The check of one media kind: exactly one of id and link, and what else the kind has."""
    members = ["id", "link", *(["caption"] if captioned else [])]
    members += {"document": ["filename"], "audio": ["voice"]}.get(kind, [])

    def check(body: dict[str, Any]) -> None:
        media = record(body, kind)
        check_source(media, kind)
        if "caption" in media and not captioned:
            raise invalid(f"{kind}.caption", "is not allowed for this type")
        only(media, members, kind)
        optional_text(media, "caption", CAPTION, where=kind)
        optional_text(media, "filename", where=kind)
        flag(media, "voice", where=kind)

    return check


def check_source(media: dict[str, Any], where: str) -> None:
    """Exactly one of `id` and `link`; a link is http or https."""
    if ("id" in media) == ("link" in media):
        raise GraphError(100, f"Parameter {where} needs exactly one of id and link.")
    if "id" in media:
        text(media, "id", where=where)
    else:
        url(media, "link", 0, where=where)  # signed links are long, and Meta names no limit


def check_point(location: dict[str, Any], where: str) -> None:
    """Decimal degrees, as numbers or strings."""
    only(location, ("latitude", "longitude", "name", "address"), where)
    for name, most in (("latitude", 90), ("longitude", 180)):
        if name not in location:
            raise missing(f"{where}.{name}")
        try:
            degrees = float(location[name])
        except (TypeError, ValueError, OverflowError):
            raise invalid(f"{where}.{name}", "is not a number") from None
        if not -most <= degrees <= most:
            raise invalid(f"{where}.{name}", f"is outside -{most} to {most}")
    optional_text(location, "name", where=where)
    optional_text(location, "address", where=where)


def check_location(body: dict[str, Any]) -> None:
    """A place."""
    check_point(record(body, "location"), "location")


def check_reaction(body: dict[str, Any]) -> None:
    """The message reacted to, and one emoji; "" takes the reaction away."""
    reaction = record(body, "reaction")
    only(reaction, ("message_id", "emoji"), "reaction")
    text(reaction, "message_id", where="reaction")
    emoji = reaction.get("emoji")
    if emoji is None:
        raise missing("reaction.emoji")
    if not isinstance(emoji, str) or (emoji and not EMOJI.fullmatch(emoji)):
        raise invalid("reaction.emoji", "is not one emoji")


def check_pin(body: dict[str, Any]) -> None:
    """Pins a message of a group for some days, or takes the pin away."""
    pin = record(body, "pin")
    only(pin, ("type", "message_id", "expiration_days"), "pin")
    kind = one_of(pin, "type", ("pin", "unpin"), where="pin")
    text(pin, "message_id", where="pin")
    if kind == "pin" or "expiration_days" in pin:
        whole(pin, "expiration_days", 1, 30, where="pin")
