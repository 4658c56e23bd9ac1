"""What a phone shows of an accepted message: its words, with variables filled in, and what can be tapped."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from providers.twilio.simulator.fetch import Fetched

VCARDS = frozenset({"text/vcard", "text/x-vcard"})


class Option(Struct, frozen=True):
    """Something that a contact can tap: a button, or a row of a list. *reply* is "button" or "list"."""

    id: str
    title: str
    description: str = ""
    reply: str = "button"


class Received(Struct, frozen=True):
    """A message on a contact's phone. *kind* is "text", "media", "location" or the content's type; *button*
    opens a list or a page; *body* is the form that was sent, *content* the content with its values in place,
    *mime* the type of the file, if it was fetched, *people* the names and numbers in it if it is a vCard."""

    message_id: str
    kind: str
    text: str
    options: tuple[Option, ...] = ()
    header: str = ""
    footer: str = ""
    button: str = ""
    media: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    mime: str = ""
    people: tuple[tuple[str, str], ...] = ()


def plain(sid: str, form: dict[str, str], media: str, caption: bool) -> Received:
    """A message without a content. *caption*: the body stands under the media, else it is lost."""
    if media:
        return Received(sid, "media", form.get("Body", "") if caption else "", media=media, body=form)
    if place := form.get("PersistentAction"):
        where = place.partition("|")[2] or place
        return Received(sid, "location", lines(form.get("Body", ""), where), body=form)
    return Received(sid, "text", form.get("Body", ""), body=form)


def shown(sid: str, kind: str, content: dict[str, Any], form: dict[str, Any]) -> Received:
    """A content with its values in place."""
    actions = content.get("actions") or []
    if kind == "twilio/list-picker":
        return Received(
            sid, kind, content["body"], picks(content["items"]), button=content["button"], body=form
        )
    if kind == "twilio/carousel":
        cards = content["cards"]
        buttons = [action for card in cards for action in card["actions"]]
        return Received(sid, kind, content["body"], taps(buttons), media=cards[0]["media"], body=form)
    if kind == "twilio/location":
        place = f"{content['latitude']}, {content['longitude']}"
        words = lines(content.get("label") or "", content.get("address") or "")
        return Received(sid, kind, words or place, body=form)
    title, body = content.get("title") or "", content.get("body") or ""
    return Received(
        sid,
        kind,
        body or title,
        taps(actions),
        header=content.get("header_text") or (title if body else ""),
        footer=content.get("footer") or content.get("subtitle") or "",
        button=content.get("button_text") or opener(actions),
        media=picture(content),
        body=form,
    )


def with_file(seen: Received, file: Fetched) -> Received:
    """*seen* with what its file says."""
    people = cards(file.data) if file.mime in VCARDS else ()
    names = ", ".join(name for name, _ in people)
    return replace(seen, mime=file.mime, people=people, text=seen.text or names)


def cards(data: bytes) -> tuple[tuple[str, str], ...]:
    """The name and the first number of every card in a vCard file."""
    folded = data.decode(errors="replace").replace("\r\n", "\n")
    found: list[tuple[str, str]] = []
    for line in re.sub(r"\n[ \t]", "", folded).split("\n"):
        name, _, value = line.partition(":")
        value = re.sub(r"\\(.)", r"\1", value)
        match re.split(r"[;.]", name.upper()):
            case ["BEGIN", *_]:
                found.append(("", ""))
            case ["FN", *_] if found:
                found[-1] = (value, found[-1][1])
            case [*words] if "TEL" in words and found and not found[-1][1]:
                found[-1] = (found[-1][0], value)
    return tuple(found)


def taps(actions: list[dict[str, Any]]) -> tuple[Option, ...]:
    """The quick replies among *actions*; one without an id answers with its title."""
    return tuple(
        Option(action.get("id") or action["title"], action["title"])
        for action in actions
        if action.get("type") in (None, "QUICK_REPLY")
    )


def picks(items: list[dict[str, Any]]) -> tuple[Option, ...]:
    """The rows of a list."""
    return tuple(
        Option(item["id"], item["item"], item.get("description") or "", reply="list") for item in items
    )


def opener(actions: list[dict[str, Any]]) -> str:
    """The words on the first button that leads somewhere."""
    leading = (action for action in actions if action.get("type") not in (None, "QUICK_REPLY"))
    return next((action.get("title") or action.get("copy_code_text") or "" for action in leading), "")


def picture(content: dict[str, Any]) -> str:
    """The address of the file of a content."""
    media = content.get("media") or []
    return media[0] if isinstance(media, list) and media else content.get("media_url") or ""


def lines(*words: str) -> str:
    """The words that there are, one below the other."""
    return "\n".join(word for word in words if word)
