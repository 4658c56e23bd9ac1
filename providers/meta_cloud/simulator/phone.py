"""What a phone shows of an accepted request: the words, and what can be tapped."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, field


class Option(Struct, frozen=True):
    """Something that a contact can tap: a button or a row of a list. *reply* is the answer's type:
    `button` for the quick reply of a template, `button_reply` and `list_reply` otherwise."""

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


def received(message_id: str, body: dict[str, Any], definition: dict[str, Any] | None = None) -> Received:
    """What a phone shows of an accepted request *body*; *definition* is the template's, if it is known."""
    kind = body.get("type", "text")
    content = body[kind]
    reply_to = body.get("context", {}).get("message_id", "")
    if kind == "interactive":
        return interactive(message_id, content, reply_to, body)
    if kind == "template":
        return template(message_id, content, body, definition or {})
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
        content["body"]["text"] if "body" in content else "",
        tuple(options(kind, action)),
        header=header.get("text", "") if header.get("type") == "text" else "",
        footer=content["footer"]["text"] if "footer" in content else "",
        button=opener(kind, action),
        media=source(header.get(header.get("type", ""), {}), "link", "id"),
        reply_to=reply_to,
        body=body,
    )


def opener(kind: str, action: dict[str, Any]) -> str:
    """The words on the one button of a list, a flow, a link or a call."""
    if kind == "list":
        return str(action["button"])
    parameters = action.get("parameters", {})
    return source(parameters, "flow_cta", "display_text")


def options(kind: str, action: dict[str, Any]) -> list[Option]:
    """What can be tapped under a message with reply buttons, or picked from a list."""
    if kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        return [Option(reply["id"], reply["title"]) for reply in replies]
    if kind == "list":
        rows = [row for section in action["sections"] for row in section.get("rows", [])]
        return [Option(row["id"], row["title"], row.get("description") or "", "list_reply") for row in rows]
    if kind == "carousel":
        buttons = [b for card in action["cards"] for b in card.get("action", {}).get("buttons", [])]
        replies = [b["quick_reply"] for b in buttons if "quick_reply" in b]
        return [Option(reply["id"], reply["title"]) for reply in replies]
    return []


def template(
    message_id: str, content: dict[str, Any], body: dict[str, Any], definition: dict[str, Any]
) -> Received:
    """A template with its values filled in; without a definition only its name and payloads are known."""
    sent = content.get("components") or []
    parts = {part["type"].upper(): part for part in definition.get("components", [])}
    wording = parts.get("BODY", {}).get("text", "")
    header: dict[str, Any] = next((part for part in sent if part["type"].lower() == "header"), {})
    media: dict[str, Any] = next(
        (value for value in header.get("parameters", []) if value["type"] != "text"), {}
    )
    return Received(
        message_id,
        "template",
        filled(wording, sent, "body") if wording else str(content["name"]),
        tuple(quick_replies(sent, parts.get("BUTTONS", {}).get("buttons", []))),
        header=filled(parts.get("HEADER", {}).get("text", ""), sent, "header"),
        footer=parts.get("FOOTER", {}).get("text", ""),
        media=source(media.get(media.get("type", ""), {}), "link", "id"),
        body=body,
    )


def filled(wording: str, sent: list[dict[str, Any]], part: str) -> str:
    """*wording* with its variables replaced by what was *sent* for *part*."""
    values: dict[str, str] = {}
    for component in sent:
        if component["type"].lower() == part:
            for place, value in enumerate(component.get("parameters", []), 1):
                kind = value.get("type", "text")
                shown = value.get(kind)
                words = shown.get("fallback_value", "") if isinstance(shown, dict) else str(shown or "")
                values[value.get("parameter_name") or str(place)] = words
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: values.get(found[1], found[0]), wording)


def quick_replies(sent: list[dict[str, Any]], defined: list[dict[str, Any]]) -> list[Option]:
    """The quick replies of a template. A payload that was not sent is the label (wire.md 1.5)."""
    payloads: dict[int, str] = {}
    for component in flat(sent):
        if (
            component["type"].lower() == "button"
            and str(component.get("sub_type", "")).lower() == "quick_reply"
        ):
            values = component.get("parameters") or [{}]
            payloads[int(component.get("index", 0)) + component["card"] * 100] = values[0].get("payload", "")
    labels = {at: b["text"] for at, b in enumerate(defined) if b["type"].upper() == "QUICK_REPLY"}
    return [
        Option(payloads.get(at) or labels[at], labels.get(at) or payloads[at], reply="button")
        for at in sorted(payloads.keys() | labels.keys())
    ]


def flat(sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The components with those of a carousel's cards; `card` is 0 outside of one."""
    found = [{**component, "card": 0} for component in sent]
    for component in sent:
        for at, card in enumerate(component.get("cards") or [], 1):
            found += [{**inner, "card": at} for inner in card.get("components", [])]
    return found


def source(holder: Any, *names: str) -> str:
    """The first text that *holder* has under one of *names*."""
    if not isinstance(holder, dict):
        return ""
    return next((holder[name] for name in names if isinstance(holder.get(name), str)), "")
