"""The bodies of interactive messages: buttons, lists, links and forms (wire.md §2.2, §2.4)."""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, given, needed, refuse, unique, web
from providers.meta_cloud.content import medium
from providers.meta_cloud.emoji import has_emoji
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]
_MEDIA = ("image", "video", "document", "gif")


def header(field: str, head: outbound.Header | str, limit: int = LIMITS.header) -> Body:
    """The head: `{"type": "text", "text": …}`, or exactly one medium; {} for none."""
    if isinstance(head, str):
        head = outbound.Header(text=head)
    named = {kind: value for kind in _MEDIA if (value := getattr(head, kind))}
    if len(named) + bool(head.text) > 1:
        refuse(field, "has several of text, image, video, document and gif; give one")
    if head.filename and not head.document:
        refuse(f"{field}.filename", "is the name of a document, and there is none")
    for kind, value in named.items():
        name = {"filename": filled(f"{field}.filename", head.filename)} if head.filename else {}
        return {"type": kind, kind: medium(f"{field}.{kind}", value) | name}
    return {"type": "text", "text": needed(field, head.text, limit)} if head.text else {}


def _head(head: outbound.Header | str) -> Body:
    """The head of an interactive message."""
    if isinstance(head, outbound.Header) and (head.gif or head.parameter):
        refuse("header", "has a gif or a parameter, which only templates have")
    made = header("header", head)
    return {"header": made} if made else {}


def frame(
    kind: str,
    text: str,
    action: Body,
    head: outbound.Header | str = "",
    footer: str = "",
    limit: int = LIMITS.interactive_body,
) -> Body:
    """What all interactive messages are: head, text, foot and what can be tapped."""
    body: Body = {"type": kind} | _head(head) | {"body": {"text": needed("text", text, limit)}}
    if footer:
        body["footer"] = {"text": needed("footer", footer, LIMITS.footer)}
    return {"type": "interactive", "interactive": body | {"action": action}}


def named(name: str, parameters: Body) -> Body:
    """An action with parameters."""
    return {"name": name, "parameters": parameters}


def buttons(message: outbound.Buttons) -> Body:
    """Up to three reply buttons."""
    count("buttons", message.buttons, 1, LIMITS.buttons)
    unique("buttons[].id", [button.id for button in message.buttons])
    unique("buttons[].title", [button.title for button in message.buttons])
    replies = [
        {
            "type": "reply",
            "reply": {
                "id": needed(f"buttons[{index}].id", button.id, LIMITS.button_id),
                "title": needed(f"buttons[{index}].title", button.title, LIMITS.button_title),
            },
        }
        for index, button in enumerate(message.buttons)
    ]
    return frame("button", message.text, {"buttons": replies}, message.header, message.footer)


def _row(field: str, row: outbound.Row) -> Body:
    body = {
        "id": needed(f"{field}.id", row.id, LIMITS.row_id),
        "title": needed(f"{field}.title", row.title, LIMITS.row_title),
    }
    return body | given(f"{field}.description", row.description, LIMITS.row_description)


def section_title(field: str, title: str, sections: int) -> Body:
    """The title of one of *sections* sections: wanted when there are several."""
    if sections > 1:
        return {"title": needed(f"{field}.title", title, LIMITS.section_title)}
    return given(f"{field}.title", title, LIMITS.section_title)


def choices(message: outbound.List) -> Body:
    """A list: ten rows in all, section titles wanted when there is more than one."""
    rows = [row for section in message.sections for row in section.rows]
    count("sections", message.sections, 1, LIMITS.sections)
    count("rows", rows, 1, LIMITS.rows)
    seen: dict[str, str] = {}
    sections = []
    for at, section in enumerate(message.sections):
        field = f"sections[{at}]"
        count(f"{field}.rows", section.rows, 1, LIMITS.rows)
        for index, row in enumerate(section.rows):
            if row.id in seen:
                refuse(
                    f"{field}.rows[{index}].id", f"repeats that of {seen[row.id]}; WhatsApp wants them unique"
                )
            seen[row.id] = f"{field}.rows[{index}]"
        made = [_row(f"{field}.rows[{index}]", row) for index, row in enumerate(section.rows)]
        sections.append(section_title(field, section.title, len(message.sections)) | {"rows": made})
    action = {"button": needed("button", message.button, LIMITS.list_button), "sections": sections}
    return frame("list", message.text, action, message.header, message.footer, LIMITS.list_body)


def cta_url(message: outbound.CtaUrl) -> Body:
    """One button that opens a page."""
    parameters = {
        "display_text": needed("label", message.label, LIMITS.label),
        "url": web("url", message.url),
    }
    return frame("cta_url", message.text, named("cta_url", parameters), message.header, message.footer)


def _opening(message: outbound.FlowForm) -> Body:
    """The first screen. Without one, Meta asks the form's own endpoint for it."""
    if message.screen:
        shown: Body = {"screen": filled("screen", message.screen)}
        shown |= {"data": message.data} if message.data else {}
        return {"flow_action": "navigate", "flow_action_payload": shown}
    if message.data:
        refuse("data", "needs the screen that shows it; give `screen` too")
    return {}


def flow(message: outbound.FlowForm) -> Body:
    """A form, by its id or its name."""
    if bool(message.flow_id) == bool(message.flow_name):
        refuse("flow_id", "or flow_name: give exactly one of the two")
    parameters: Body = {"flow_message_version": "3"}
    if message.flow_id:
        parameters["flow_id"] = filled("flow_id", message.flow_id)
    else:
        parameters["flow_name"] = filled("flow_name", message.flow_name)
    if message.token:
        parameters["flow_token"] = filled("token", message.token)
    parameters["flow_cta"] = needed("label", message.label, LIMITS.flow_label)
    if has_emoji(message.label):
        refuse("label", "has an emoji, a form's button takes none")
    parameters |= {"mode": "draft"} if message.draft else {}
    parameters |= _opening(message)
    return frame("flow", message.text, named("flow", parameters), message.header, message.footer)
