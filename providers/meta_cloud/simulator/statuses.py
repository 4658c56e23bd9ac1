"""The statuses of one message (wire.md 1.6): who it went to, what it cost, why it failed."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from gateway.clock import SECOND
from providers.meta_cloud.simulator import pricing as prices
from providers.meta_cloud.simulator.contact import Contact, Group
from providers.meta_cloud.simulator.failures import failure
from providers.meta_cloud.simulator.lines import Line


class Sent(Struct, frozen=True):
    """A message that was accepted. *at* is microseconds, *category* that of its template or "service"."""

    line: Line
    contact: Contact
    message_id: str
    body: dict[str, Any]
    at: int
    category: str
    free: bool = True

    @property
    def to_phone(self) -> bool:
        """Whether it was addressed to a phone and not to a user id."""
        return bool(self.body.get("to"))

    def shown(self, now: int) -> bool:
        """Whether its statuses may name the number."""
        return self.to_phone or self.contact.shows_phone(self.line, now)


def status(sent: Sent, name: str, at: int, *, priced: bool, cbp: bool = False) -> dict[str, Any]:
    """One status that did not fail; *at* is microseconds. *cbp*: as before v24."""
    told = {"id": sent.message_id, "status": name, "timestamp": str(at // SECOND), **recipient(sent, at)}
    told |= echoed(sent.body)
    terms = prices.Terms(sent.line, sent.contact, sent.category, at, sent.free)
    if cbp:
        return {**told, **prices.before_v24(terms, name)} if priced else told
    if (conversation := prices.conversation(terms, name)) is not None:
        told["conversation"] = conversation
    if priced:
        told["pricing"] = prices.pricing(terms)
    return told


def failed(sent: Sent, code: int, at: int) -> dict[str, Any]:
    """The last status of a message that was not delivered. Sent to a phone, it names no user id."""
    who = recipient(sent, at)
    if sent.to_phone:
        who = {"recipient_id": sent.contact.wa_id}
    told = {"id": sent.message_id, "status": "failed", "timestamp": str(at // SECOND), **who}
    return {**told, **echoed(sent.body), "errors": [failure(code)]}


def recipient(sent: Sent, at: int) -> dict[str, Any]:
    """Number, user id and parent user id, as far as they may be told."""
    contact = sent.contact
    told = {"recipient_id": contact.wa_id} if sent.shown(at) else {}
    told["recipient_user_id"] = contact.user_id
    if contact.parent_user_id:
        told["recipient_parent_user_id"] = contact.parent_user_id
    if contact.identity_key_hash:
        told["recipient_identity_key_hash"] = contact.identity_key_hash
    return told


def echoed(body: dict[str, Any]) -> dict[str, Any]:
    """The business' own words about the message, if it gave any."""
    name = "biz_opaque_callback_data"
    return {name: body[name]} if name in body else {}


def group_statuses(
    line: Line, group: Group, message_id: str, body: dict[str, Any], name: str, at: int
) -> list[dict[str, Any]]:
    """`sent` is told once, everything later once for each member, all in one webhook."""
    told = {
        "id": message_id,
        "status": name,
        "timestamp": str(at // SECOND),
        "recipient_id": group.id,
        "recipient_type": "group",
        **echoed(body),
    }
    if name == "sent":
        kind = "utility" if body.get("type") == "template" else "service"
        return [{**told, "pricing": prices.pricing(prices.Terms(line, None, kind, at))}]
    return [{**told, **participant(member)} for member in group.members]


def participant(member: Contact) -> dict[str, Any]:
    """The member of a group that a status is about."""
    told = {} if member.hidden else {"recipient_participant_id": member.wa_id}
    told["recipient_participant_user_id"] = member.user_id
    if member.parent_user_id:
        told["recipient_participant_parent_user_id"] = member.parent_user_id
    return told
