"""The parts of a content as those of our definition: what each type calls its head, body, foot, buttons."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from gateway.model.template import (
    ButtonKind,
    HeaderKind,
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateHeader,
)
from providers.twilio.templates.kept import Content
from providers.twilio.templates.numbers import ours, slots

Body = dict[str, Any]
#: Where a type has its body, its text header and its footer, when not under these names.
BODIES = {"twilio/card": "title"}
HEADERS = {"whatsapp/card": "header_text", "twilio/catalog": "title"}
FOOTERS = {"twilio/card": "subtitle", "twilio/catalog": "subtitle", "whatsapp/card": "footer"}
_BUTTONS: dict[str, ButtonKind] = {
    "QUICK_REPLY": "quick_reply",
    "URL": "url",
    "PHONE_NUMBER": "phone",
    "COPY_CODE": "copy_code",
    "VOICE_CALL": "call",
}
_ENDINGS: dict[str, HeaderKind] = {
    "mp4": "video", "3gp": "video", "3gpp": "video", "mov": "video",
    "pdf": "document", "doc": "document", "docx": "document", "xls": "document", "xlsx": "document",
    "ppt": "document", "pptx": "document", "txt": "document",
}  # fmt: skip


def text_of(fields: Body, name: str) -> str:
    """The text *name* of *fields*, "" when there is none."""
    value = fields.get(name) if name else None
    return value if isinstance(value, str) else ""


def media_of(fields: Body) -> str:
    """The address of the one file of *fields*, which Twilio writes as a text or as a list."""
    value = fields.get("media")
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def actions_of(fields: Body) -> list[Body]:
    """The buttons of *fields*."""
    value = fields.get("actions")
    return [action for action in value if isinstance(action, dict)] if isinstance(value, list) else []


def card_text(card: Body) -> str:
    """The text of a card, whose first line Twilio calls its title."""
    return "\n".join(part for name in ("title", "body") if (part := text_of(card, name)))


def pieces(content: Content, samples: dict[str, str]) -> dict[str, Any]:
    """The fields of a `TemplateDefinition` that *content* tells; *samples* fill its variables."""
    kind, fields, names = content.type, content.fields, content.names
    if kind == "whatsapp/authentication":
        return _authentication(fields)
    body = text_of(fields, BODIES.get(kind, "body"))
    made: dict[str, Any] = {
        "body": ours(body, names),
        "footer": text_of(fields, FOOTERS.get(kind, "")),
        "buttons": [_button(action, samples) for action in actions_of(fields)],
    }
    if kind == "whatsapp/flows":
        made["buttons"] = [_flow(fields)]
    filled = {name: samples.get(name, "") for name in slots(body)}
    made["examples"] = list(filled.values()) if any(filled.values()) else []
    if any(names) and filled:
        made["examples"] = {_name(number, names): sample for number, sample in filled.items()}
    head = _header(fields, HEADERS.get(kind, ""), samples, names)
    made |= {"header": head} if head else {}
    cards = fields.get("cards")
    if isinstance(cards, list):
        made["cards"] = [_card(card, samples) for card in cards if isinstance(card, dict)]
    return made


def _name(number: str, names: list[str]) -> str:
    """Our name of the variable *number*, which is itself where it has none."""
    place = int(number) - 1 if number.isdigit() else -1
    return (names[place] if 0 <= place < len(names) else "") or number


def _authentication(fields: Body) -> dict[str, Any]:
    minutes = fields.get("code_expiration_minutes")
    labels = [text_of(action, "copy_code_text") for action in actions_of(fields)]
    return {
        "security_recommendation": fields.get("add_security_recommendation") is True,
        "code_minutes": minutes if isinstance(minutes, int) and not isinstance(minutes, bool) else 0,
        "buttons": [
            TemplateButtonDefinition("otp", label, details={"otp_type": "COPY_CODE"})
            for label in labels or [""]
        ],
    }


def _filled(text: str, samples: dict[str, str]) -> str:
    for name in slots(text):
        text = text.replace("{{" + name + "}}", samples.get(name, ""))
    return text


def _header(fields: Body, words: str, samples: dict[str, str], names: list[str]) -> TemplateHeader | None:
    if text := text_of(fields, words):
        sample = samples.get(next(iter(slots(text)), ""), "")
        return TemplateHeader("text", ours(text, names), example=sample)
    media = media_of(fields)
    if not media:
        return None
    path = urlsplit(_filled(media, samples)).path.lower()
    kind = _ENDINGS.get(path.rpartition(".")[2], "image")
    sample = samples.get(next(iter(slots(media)), ""), "")
    return TemplateHeader(kind, example=sample, handle=ours(media))


def _button(action: Body, samples: dict[str, str]) -> TemplateButtonDefinition:
    kind = _BUTTONS.get(str(action.get("type", "")).upper())
    if kind is None:
        return TemplateButtonDefinition("other", details=dict(action))
    title, url = text_of(action, "title"), text_of(action, "url")
    example = text_of(action, "code") if kind == "copy_code" else ""
    example = _filled(example, samples)
    if kind == "url" and slots(url):
        example = _filled(url, samples)
    return TemplateButtonDefinition(kind, title, ours(url), text_of(action, "phone"), example)


def _flow(fields: Body) -> TemplateButtonDefinition:
    known = {"flow_id": "flow_id", "flow_first_page_id": "navigate_screen"}
    details = {theirs: fields[name] for name, theirs in known.items() if isinstance(fields.get(name), str)}
    return TemplateButtonDefinition("flow", text_of(fields, "button_text"), details=details)


def _card(card: Body, samples: dict[str, str]) -> TemplateCardDefinition:
    text = card_text(card)
    examples = [samples.get(name, "") for name in slots(text)]
    buttons = [_button(action, samples) for action in actions_of(card)]
    head = _header(card, "", samples, []) or TemplateHeader("image")
    return TemplateCardDefinition(head, ours(text), examples, buttons)
