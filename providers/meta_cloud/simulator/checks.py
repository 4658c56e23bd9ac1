"""Checks a message body as Meta does before it accepts it; the limits are those of wire.md 2.2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from providers.meta_cloud.simulator import interactive
from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.shapes import array, optional_text, record, text

TEXT, CAPTION, CALLBACK_DATA, TEMPLATE_NAME, CARDS = 4096, 1024, 512, 512, 257


def check_message(body: dict[str, Any], own_number: str) -> None:
    """Raise `GraphError` when *body* cannot be sent from the business number *own_number* (digits)."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "Parameter messaging_product must be whatsapp.")
    check_recipient(body, own_number)
    optional_text(body, "biz_opaque_callback_data", CALLBACK_DATA)
    if "context" in body:
        text(record(body, "context"), "message_id", where="context")
    kind = body.get("type", "text")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise GraphError(131051, f"Message type {kind!r} is not supported.")
    check(body)


def check_recipient(body: dict[str, Any], own_number: str) -> None:
    """A phone in `to` or a user id in `recipient`; the phone wins when both are given."""
    if "to" not in body:
        text(body, "recipient" if "recipient" in body else "to")
        return
    digits = "".join(filter(str.isdigit, text(body, "to")))
    if not 5 <= len(digits) <= 15:
        raise invalid("to", "is not a phone number")
    if digits == own_number:
        raise GraphError(131021, "The recipient is the sender's own number.")


def check_text(body: dict[str, Any]) -> None:
    """`text.body`."""
    text(record(body, "text"), "body", TEXT, where="text")


def check_media(kind: str, *, captioned: bool) -> Callable[[dict[str, Any]], None]:
    """The check of one media kind: exactly one of id and link, a caption where the kind has one."""

    def check(body: dict[str, Any]) -> None:
        media = record(body, kind)
        check_source(media, kind)
        if captioned:
            optional_text(media, "caption", CAPTION, where=kind)
        elif "caption" in media:
            raise invalid(f"{kind}.caption", "is not allowed for this type")
        optional_text(media, "filename", where=kind)

    return check


def check_source(media: dict[str, Any], where: str) -> None:
    """Exactly one of `id` and `link`; a link is http or https."""
    if ("id" in media) == ("link" in media):
        raise GraphError(100, f"Parameter {where} needs exactly one of id and link.")
    if "id" in media:
        text(media, "id", where=where)
    elif not text(media, "link", where=where).startswith(("http://", "https://")):
        raise invalid(f"{where}.link", "is not a http(s) URL")


def check_location(body: dict[str, Any]) -> None:
    """Decimal degrees, as numbers or strings."""
    location = record(body, "location")
    for name, most in (("latitude", 90), ("longitude", 180)):
        if name not in location:
            raise missing(f"location.{name}")
        try:
            degrees = float(location[name])
        except (TypeError, ValueError, OverflowError):
            raise invalid(f"location.{name}", "is not a number") from None
        if not -most <= degrees <= most:
            raise invalid(f"location.{name}", f"is outside -{most} to {most}")


def check_contacts(body: dict[str, Any]) -> None:
    """A formatted name and one more part of the name for each card."""
    for card in array(body, "contacts", 1, CARDS):
        name = record(card, "name", where="contacts")
        text(name, "formatted_name", where="contacts.name")
        if len(name) < 2:
            raise missing("contacts.name.first_name")


def check_reaction(body: dict[str, Any]) -> None:
    """The message reacted to, and an emoji; "" takes the reaction away."""
    reaction = record(body, "reaction")
    text(reaction, "message_id", where="reaction")
    optional_text(reaction, "emoji", 16, where="reaction")


def check_template(body: dict[str, Any]) -> None:
    """A name and a language. Whether the template exists is not looked up: every template is approved."""
    template = record(body, "template")
    name = text(template, "name", TEMPLATE_NAME, where="template")
    if not all(char.isascii() and (char.isalnum() or char == "_") for char in name) or name != name.lower():
        raise invalid("template.name", "may hold a-z, 0-9 and _ only")
    text(record(template, "language", where="template"), "code", where="template.language")
    if "components" in template:
        array(template, "components", 0, 20, where="template")


KINDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "text": check_text,
    "image": check_media("image", captioned=True),
    "video": check_media("video", captioned=True),
    "document": check_media("document", captioned=True),
    "audio": check_media("audio", captioned=False),
    "sticker": check_media("sticker", captioned=False),
    "location": check_location,
    "contacts": check_contacts,
    "reaction": check_reaction,
    "interactive": interactive.check_interactive,
    "template": check_template,
}
