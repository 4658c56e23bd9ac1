"""How an accepted request looks on a phone: `gateway demo` draws it."""

from __future__ import annotations

from typing import Any

from gateway.simulator.view import Choice, FileKind, Person, Place, Rows, Slide, View
from providers.meta_cloud.simulator.phone import Received, opener, source

_FILES: dict[str, FileKind] = {
    "image": "image", "video": "video", "audio": "audio", "document": "document", "sticker": "sticker",
    "gif": "video",
}  # fmt: skip


def view(message: Received) -> View:
    """What to draw of *message* beyond its words (wire.md 2.4)."""
    kind = message.body.get("type", "text")
    content = message.body.get(kind) or {}
    if kind == "interactive":
        return _interactive(content, message.reply_to)
    if kind in _FILES:
        sound: FileKind = "voice" if content.get("voice") else _FILES[kind]
        return View(
            quotes=message.reply_to, file=message.media, file_kind=sound, filename=content.get("filename", "")
        )
    if kind == "location":
        words = {name: str(content.get(name) or "") for name in ("name", "address")}
        spot = Place(float(content["latitude"]), float(content["longitude"]), **words)
        return View(quotes=message.reply_to, place=spot)
    if kind == "contacts":
        return View(quotes=message.reply_to, people=tuple(_person(card) for card in content))
    if kind == "reaction":
        return View(reacts_to=content["message_id"])
    if kind == "template":
        return View(quotes=message.reply_to, file=message.media, file_kind="image" if message.media else "")
    return View(quotes=message.reply_to)


def _interactive(content: dict[str, Any], quotes: str) -> View:
    action, header = content["action"], content.get("header", {})
    kind = header.get("type", "text")
    asks = {"location_request_message": "location", "request_contact_info": "contact"}
    parameters = action.get("parameters", {})
    return View(
        quotes=quotes,
        file=source(header.get(kind, {}), "link", "id") if kind != "text" else "",
        file_kind=_FILES.get(kind, ""),
        filename=source(header.get(kind, {}), "filename"),
        link=source(parameters, "url"),
        label=opener(content["type"], action) if content["type"] != "list" else "",
        asks=asks.get(content["type"], ""),  # type: ignore[arg-type]
        sections=tuple(_rows(section) for section in action.get("sections", ()) if "rows" in section),
        slides=tuple(_slide(card) for card in action.get("cards", ())),
    )


def _rows(section: dict[str, Any]) -> Rows:
    rows = [Choice(row["id"], row["title"], row.get("description") or "") for row in section["rows"]]
    return Rows(section.get("title") or "", tuple(rows))


def _slide(card: dict[str, Any]) -> Slide:
    header, action = card.get("header", {}), card.get("action", {})
    kind, parameters = header.get("type", ""), action.get("parameters", {})
    replies = [button["quick_reply"] for button in action.get("buttons", ()) if "quick_reply" in button]
    return Slide(
        text=card.get("body", {}).get("text", "") or source(action, "product_retailer_id"),
        file=source(header.get(kind, {}), "link", "id"),
        file_kind=_FILES.get(kind, ""),
        link=source(parameters, "url"),
        label=source(parameters, "display_text"),
        options=tuple(Choice(reply["id"], reply["title"]) for reply in replies),
    )


def _person(card: dict[str, Any]) -> Person:
    phones = card.get("phones") or [{}]
    return Person(card["name"]["formatted_name"], str(phones[0].get("phone") or ""))
