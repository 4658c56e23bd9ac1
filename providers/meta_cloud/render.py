"""Our messages in Meta's terms: one body or more, without the recipient (wire.md §2.1, §2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.model import outbound
from gateway.model.capability import Loss
from gateway.model.checks import needed, refuse
from gateway.model.outbound import Outbound
from gateway.provider import Rendered
from gateway.provider.rendering import rendered
from providers.meta_cloud import carousel, content, interactives, products, requests, vcards
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.template import one_time_code, template

NAME = "meta_cloud"
#: What `send` has to know and Meta must not see; it takes it out of the part.
PRIVATE = "_send"

Body = dict[str, Any]

_KINDS: dict[type[outbound.Base], Callable[[Any], Body]] = {
    outbound.Text: content.text,
    outbound.Image: content.image,
    outbound.Video: content.video,
    outbound.Audio: content.audio,
    outbound.Voice: content.voice,
    outbound.Document: content.document,
    outbound.Sticker: content.sticker,
    outbound.Location: content.location,
    outbound.Contacts: vcards.contacts,
    outbound.Reaction: content.reaction,
    outbound.Pin: content.pin,
    outbound.Buttons: interactives.buttons,
    outbound.List: interactives.choices,
    outbound.CtaUrl: interactives.cta_url,
    outbound.FlowForm: interactives.flow,
    outbound.Product: products.product,
    outbound.ProductList: products.product_list,
    outbound.Catalog: products.catalog,
    outbound.LocationRequest: requests.location_request,
    outbound.AddressRequest: requests.address_request,
    outbound.ContactRequest: requests.contact_request,
    outbound.CallPermissionRequest: requests.call_permission,
    outbound.CallButton: requests.call_button,
    outbound.Carousel: carousel.carousel,
    outbound.Template: template,
}
#: Beside an address of ours another one would win (wire.md §2.1): somebody else would get the message.
_RECIPIENT = frozenset({"to", "recipient"})
#: Messages about another message; they quote none.
_ABOUT = (outbound.Reaction, outbound.Pin)


def _bodies(message: Outbound) -> tuple[list[Body], list[Loss]]:
    """The body of *message*; none for a text that says nothing."""
    if isinstance(message, outbound.Text) and not message.text.strip():
        return [], [Loss("text", "dropped", "an empty text is not sent")]
    return [_KINDS[type(message)](message)], []


def _merge(body: Body, extra: Body) -> Body:
    """*extra* laid over *body*, object into object."""
    merged = dict(body)
    for key, value in extra.items():
        own = merged.get(key)
        both = isinstance(own, dict) and isinstance(value, dict)
        merged[key] = _merge(own, value) if both and own is not None else value
    return merged


def _common(message: Outbound, body: Body) -> Body:
    """What all parts of a message have beside *body*."""
    part: Body = {"messaging_product": "whatsapp", "recipient_type": "individual"} | body
    if message.category:
        # Direct Send (wire.md §2.13): Meta makes the template itself, out of these kinds only.
        if body["type"] not in ("text", "interactive"):
            refuse(
                "category", f"cannot go with {body['type']}; Direct Send takes texts and interactive messages"
            )
        part["category"] = message.category
    return part


def _private(message: Outbound) -> Body:
    """What `send` is told: the endpoint, and whether only a phone number will do."""
    told: Body = {}
    if isinstance(message, outbound.Template):
        told |= {"marketing": True} if message.marketing else {}
        told |= {"phone_only": True} if one_time_code(message) else {}
    return {PRIVATE: told} if told else {}


def _finished(body: Body, message: Outbound, provider: str) -> Body:
    """*body* with what all messages have: the quote, and `extra`."""
    extra = {key: value for key, value in message.extra.get(provider, {}).items() if key != PRIVATE}
    for name in _RECIPIENT & extra.keys():
        refuse(f"extra.{provider}.{name}", "is who gets the message, which `extra` cannot change")
    part = _common(message, body)
    if message.reply_to and not isinstance(message, _ABOUT):
        part["context"] = {"message_id": needed("reply_to", message.reply_to, LIMITS.message_id)}
    return _merge(part, extra) | _private(message)


def render(message: Outbound, provider: str = NAME) -> Rendered:
    """*message* as bodies for `send`. *provider* is whose `extra` counts, and who refuses. Raises
    `SendRefused` naming the field and the limit."""
    return rendered(provider, lambda message: _rendered(message, provider), message)


def _rendered(message: Outbound, provider: str) -> Rendered:
    bodies, losses = _bodies(message)
    if message.reply_to and isinstance(message, _ABOUT):
        losses = [*losses, Loss("reply_to", "dropped", "a reaction or a pin quotes nothing")]
    return Rendered(tuple(_finished(body, message, provider) for body in bodies), tuple(losses))
