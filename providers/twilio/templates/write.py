"""Our definition as a content (wire.md §4.5): the type that has room for all of it, and its variables.

The body's variables come first, then the head's, the buttons' and the cards', each in its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.model.template import TemplateButtonDefinition, TemplateCardDefinition, TemplateDefinition
from providers.twilio.templates.kept import Content
from providers.twilio.templates.numbers import Numbers

Body = dict[str, Any]
MEDIA = ("image", "video", "document")
_LABEL = "Copy code"


def write(definition: TemplateDefinition) -> tuple[Content, dict[str, str]]:
    """The content, and the samples that fill its variables. *definition* went through `lint`."""
    numbers = Numbers()
    if definition.category == "authentication":
        return Content("whatsapp/authentication", _authentication(definition), []), {}
    if definition.cards:
        kind, fields = "twilio/carousel", _carousel(definition, numbers)
    elif any(button.kind == "flow" for button in definition.buttons):
        kind, fields = "whatsapp/flows", _flow(definition, numbers)
    else:
        kind = _kind(definition)
        fields = _plain(definition, kind, numbers)
    names = numbers.names if any(numbers.names) else []
    return Content(kind, fields, names), numbers.samples


def _kind(definition: TemplateDefinition) -> str:
    """The plainest type that has a place for every part."""
    buttons = {button.kind for button in definition.buttons}
    head = definition.header
    if definition.footer or (head and (head.kind == "text" or buttons)):
        return "whatsapp/card"
    if head:
        return "twilio/media"
    if not buttons:
        return "twilio/text"
    if buttons == {"quick_reply"}:
        return "twilio/quick-reply"
    return "whatsapp/card" if "quick_reply" in buttons else "twilio/call-to-action"


def _plain(definition: TemplateDefinition, kind: str, numbers: Numbers) -> Body:
    made: Body = {"body": numbers.theirs(definition.body, definition.examples)}
    if definition.footer:
        made["footer"] = definition.footer
    head = definition.header
    if head and head.kind == "text":
        made["header_text"] = numbers.theirs(head.text, [head.example])
    elif head:
        made["media"] = [numbers.theirs(head.handle, [head.example])]
    if definition.buttons:
        made["actions"] = [_action(button, numbers) for button in definition.buttons]
    return made


def _action(button: TemplateButtonDefinition, numbers: Numbers) -> Body:
    match button.kind:
        case "quick_reply":
            # A reply that is sent without a payload comes back with its words.
            return {"type": "QUICK_REPLY", "title": button.text, "id": numbers.number(button.text)}
        case "url":
            url = numbers.theirs(button.url, [_end(button)])
            return {"type": "URL", "title": button.text, "url": url}
        case "phone":
            return {"type": "PHONE_NUMBER", "title": button.text, "phone": button.phone}
        case "call":
            return {"type": "VOICE_CALL", "title": button.text}
        case _:
            title = button.text or _LABEL
            return {"type": "COPY_CODE", "title": title, "code": numbers.number(button.example)}


def _end(button: TemplateButtonDefinition) -> str:
    """The value that makes a link's example out of the link."""
    return button.example.removeprefix(button.url.partition("{{")[0])


def _authentication(definition: TemplateDefinition) -> Body:
    made: Body = {}
    if definition.security_recommendation:
        made["add_security_recommendation"] = True
    if definition.code_minutes:
        made["code_expiration_minutes"] = definition.code_minutes
    labels = [button.text for button in definition.buttons]
    return made | {"actions": [{"type": "COPY_CODE", "copy_code_text": (labels or [""])[0] or _LABEL}]}


def _flow(definition: TemplateDefinition, numbers: Numbers) -> Body:
    button = definition.buttons[0]
    made: Body = {"body": numbers.theirs(definition.body, definition.examples), "button_text": button.text}
    made["flow_id"] = str(button.details["flow_id"])
    made["flow_token"] = numbers.number("token")
    screen = button.details.get("navigate_screen")
    if screen:
        made["flow_first_page_id"] = str(screen)
    return made | {"is_flow_first_page_endpoint": not screen}


def _carousel(definition: TemplateDefinition, numbers: Numbers) -> Body:
    body = numbers.theirs(definition.body, definition.examples)
    return {"body": body, "cards": [_card(card, numbers) for card in definition.cards]}


def _card(card: TemplateCardDefinition, numbers: Numbers) -> Body:
    title, _, rest = numbers.theirs(card.body, card.examples).partition("\n")
    made: Body = {"title": title} | ({"body": rest} if rest else {})
    examples: Sequence[str] = [card.header.example]
    made["media"] = numbers.theirs(card.header.handle, examples)
    return made | {"actions": [_action(button, numbers) for button in card.buttons]}
