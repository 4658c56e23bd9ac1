"""Our messages in Meta's terms: one body or more, without the recipient (wire.md §2.1, §2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from gateway.model import outbound
from gateway.model.capability import Loss
from gateway.model.outbound import Outbound
from gateway.provider import Rendered
from providers.meta_cloud import carousel, interactives
from providers.meta_cloud.limits import LIMITS, count, needed, refuse
from providers.meta_cloud.split import split
from providers.meta_cloud.template import template

NAME = "meta_cloud"

Body = dict[str, Any]


def _text(text: str, preview: bool | None = None) -> Body:
    return {"type": "text", "text": {"body": text} | ({} if preview is None else {"preview_url": preview})}


def _file(message: outbound.Media) -> Body:
    if bool(message.link) == bool(message.media_id):
        refuse("link", "or media_id: give exactly one of the two")
    if message.link and not message.link.startswith(("https://", "http://")):
        refuse("link", "must start with https://")
    return {"link": message.link} if message.link else {"id": message.media_id}


def _image(message: outbound.Image) -> Body:
    return {"type": "image", "image": _file(message)}


def _video(message: outbound.Video) -> Body:
    return {"type": "video", "video": _file(message)}


def _audio(message: outbound.Audio) -> Body:
    return {"type": "audio", "audio": _file(message)}


def _voice(message: outbound.Voice) -> Body:
    return {"type": "audio", "audio": _file(message) | {"voice": True}}


def _document(message: outbound.Document) -> Body:
    name = {"filename": message.filename} if message.filename else {}
    return {"type": "document", "document": _file(message) | name}


def _sticker(message: outbound.Sticker) -> Body:
    return {"type": "sticker", "sticker": _file(message)}


def _location(message: outbound.Location) -> Body:
    if not (-90 <= message.latitude <= 90 and -180 <= message.longitude <= 180):
        refuse("latitude", "is within ±90 and longitude within ±180 degrees")
    body = {"latitude": str(message.latitude), "longitude": str(message.longitude)}
    body |= {"name": message.name} if message.name else {}
    body |= {"address": message.address} if message.address else {}
    return {"type": "location", "location": body}


def _card(card: outbound.Card) -> Body:
    """One card. Meta wants one more name beside the formatted one."""
    name = {"formatted_name": needed("contacts.name", card.name, LIMITS.caption)}
    if card.first_name or not card.last_name:
        name["first_name"] = card.first_name or card.name
    if card.last_name:
        name["last_name"] = card.last_name
    body: Body = {"name": name}
    if card.phone:
        phone = {"phone": card.phone, "type": "WORK"}
        # With a wa_id the recipient can write to the card at once.
        if card.phone.startswith("+") and card.phone[1:].isdigit():
            phone["wa_id"] = card.phone[1:]
        body["phones"] = [phone]
    if card.email:
        body["emails"] = [{"email": card.email, "type": "WORK"}]
    if card.company:
        body["org"] = {"company": card.company}
    return body


def _contacts(message: outbound.Contacts) -> Body:
    count("contacts", message.contacts, 1, 257)
    return {"type": "contacts", "contacts": [_card(card) for card in message.contacts]}


def _reaction(message: outbound.Reaction) -> Body:
    target = needed("message_id", message.message_id, 512)
    return {"type": "reaction", "reaction": {"message_id": target, "emoji": message.emoji}}


_KINDS: dict[type[outbound.Base], Callable[[Any], Body]] = {
    outbound.Image: _image,
    outbound.Video: _video,
    outbound.Audio: _audio,
    outbound.Voice: _voice,
    outbound.Document: _document,
    outbound.Sticker: _sticker,
    outbound.Location: _location,
    outbound.Contacts: _contacts,
    outbound.Reaction: _reaction,
    outbound.Buttons: interactives.buttons,
    outbound.List: interactives.choices,
    outbound.CtaUrl: interactives.cta_url,
    outbound.Product: interactives.product,
    outbound.ProductList: interactives.product_list,
    outbound.Catalog: interactives.catalog,
    outbound.FlowForm: interactives.flow,
    outbound.LocationRequest: interactives.location_request,
    outbound.AddressRequest: interactives.address_request,
    outbound.ContactRequest: interactives.contact_request,
    outbound.Carousel: carousel.carousel,
    outbound.Template: template,
}


def _texts(message: outbound.Text) -> tuple[list[Body], list[Loss]]:
    if not message.text.strip():
        return [], [Loss("text", "dropped", "an empty text is not sent")]
    parts = split(message.text, LIMITS.text)
    losses = [Loss("text", "split", f"in {len(parts)} messages")] if len(parts) > 1 else []
    return [_text(part, message.preview_url) for part in parts], losses


def _captioned(
    message: outbound.Image | outbound.Video | outbound.Document,
) -> tuple[list[Body], list[Loss]]:
    """A file with its words; words that are too long for a caption follow as text."""
    body = _KINDS[type(message)](message)
    if len(message.caption) > LIMITS.caption:
        following = [_text(part) for part in split(message.caption, LIMITS.text)]
        return [body, *following], [Loss("caption", "split", "follows as text")]
    if message.caption:
        body[body["type"]]["caption"] = message.caption
    return [body], []


def _merge(body: Body, extra: Body) -> Body:
    """*extra* laid over *body*, object into object."""
    merged = dict(body)
    for key, value in extra.items():
        own = merged.get(key)
        both = isinstance(own, dict) and isinstance(value, dict)
        merged[key] = _merge(own, value) if both and own is not None else value
    return merged


def _finish(bodies: list[Body], message: Outbound) -> tuple[Body, ...]:
    """The parts with what all messages have: the quote on the first, `extra` on all (its objects on
    the first only: they belong to one type)."""
    extra = message.extra.get(NAME, {})
    quoted = message.reply_to and not isinstance(message, outbound.Reaction)
    parts = []
    for index, body in enumerate(bodies):
        part: Body = {"messaging_product": "whatsapp", "recipient_type": "individual"} | body
        if quoted and index == 0:
            part["context"] = {"message_id": message.reply_to}
        own = extra if index == 0 else {k: v for k, v in extra.items() if not isinstance(v, (dict, list))}
        parts.append(_merge(part, own))
    return tuple(parts)


def render(message: Outbound) -> Rendered:
    """*message* as bodies for `send`. Raises `SendRefused` naming the field and the limit."""
    losses: list[Loss] = []
    if isinstance(message, outbound.Text):
        bodies, losses = _texts(message)
    elif isinstance(message, outbound.Image | outbound.Video | outbound.Document):
        bodies, losses = _captioned(message)
    else:
        kind = _KINDS.get(type(message))
        if kind is None:
            refuse(str(msgspec.inspect.type_info(type(message))), "is not yet carried")
        bodies = [kind(message)]
    return Rendered(_finish(bodies, message), tuple(losses))
