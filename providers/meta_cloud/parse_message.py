"""One of `messages[]` to a `MessageReceived`."""

from __future__ import annotations

import msgspec

from gateway.model import inbound
from gateway.model.event import Context, MessageReceived, Referral
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, moment
from providers.meta_cloud.kinds import read_content
from providers.meta_cloud.people import person

DECODER = msgspec.json.Decoder(wire.Message)
_NO_CONTEXT = Context()


def _context(found: wire.Context) -> Context:
    product = found.referred_product or wire.ReferredProduct()
    return Context(
        found.id or "",
        bool(found.forwarded),
        bool(found.frequently_forwarded),
        product.catalog_id or "",
        product.product_retailer_id or "",
        found.sender or "",
    )


def _referral(found: wire.Referral) -> Referral:
    welcome = found.welcome_message
    return Referral(
        source_url=found.source_url or "",
        source_id=found.source_id or "",
        source_type=found.source_type or "",
        headline=found.headline or "",
        body=found.body or "",
        click_id=found.ctwa_clid or "",
        media_type=found.media_type or "",
        media_url=found.image_url or found.video_url or found.thumbnail_url or "",
        thumbnail_url=found.thumbnail_url or "",
        welcome=(welcome.text if isinstance(welcome, wire.Welcome) else welcome) or "",
    )


def read_message(
    raw: bytes, number: str, account: str, contacts: list[wire.Contact] | None
) -> MessageReceived:
    """The message in *raw*. Raises when it has no id, no sender or no readable content."""
    return build_message(decode(DECODER, raw), raw, number, account, contacts)


def build_message(
    found: wire.Message, raw: bytes, number: str, account: str, contacts: list[wire.Contact] | None
) -> MessageReceived:
    """The message *found* in *raw*; raises as `read_message` does."""
    sender = person(account, contacts, found.sender, found.from_user_id, found.from_parent_user_id)
    if not sender.identities:
        raise Unreadable("a message without from and from_user_id")
    if not found.id or found.timestamp is None:
        raise Unreadable("a message without id or timestamp")
    content: inbound.Inbound
    if found.type == "text" and found.text is not None:
        content = inbound.Text(found.text.body or "")
    else:
        content = read_content(found.type, raw)
    return MessageReceived(
        number,
        found.id,
        sender,
        content,
        moment(found.timestamp),
        _NO_CONTEXT if found.context is None else _context(found.context),
        None if found.referral is None else _referral(found.referral),
        found.group_id or "",
        raw,
        account if found.type == "system" else "",
    )
