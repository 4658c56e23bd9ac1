"""What a webhook tells us: one tagged union, `Event`, each with the key under which it is unique.

Times are microseconds UTC. `number` is the provider's id of the business number, the routing key.
`raw` is the event's own slice of the webhook's body.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.model.inbound import Inbound
from gateway.model.notice import Notice, Other
from gateway.model.status import Failure, Pricing, Status

IdentityKind = Literal["phone", "bsuid", "parent_bsuid", "group"]


class Identity(Struct, frozen=True, gc=False):
    """One name by which a provider knows a contact: "+34600111222", or a business-scoped user id.

    *scope* is where the name is unique: "" for phones, the provider's account for user ids. A group is
    a name too: that of the conversation in which several contacts write.
    """

    kind: IdentityKind
    value: str
    scope: str = ""


#: How a group's id is written where a phone or a user id could stand too.
GROUP = "group:"


def identity_kind(value: str) -> IdentityKind:
    """What a name that somebody wrote down is: "+34600…", "ES.9081…", "ES.ENT.5544…" or "group:Y2Fw…"."""
    if value.startswith("+"):
        return "phone"
    if value.startswith(GROUP):
        return "group"
    return "parent_bsuid" if value[2:7] == ".ENT." else "bsuid"


class Person(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who sent an event: the identities that came with it, and what they call themselves. *key_hash* is the
    contact's security code, where the number has the identity check on."""

    identities: tuple[Identity, ...] = ()
    name: str = ""
    username: str = ""
    key_hash: str = ""


class Referral(Struct, frozen=True, omit_defaults=True, gc=False):
    """The ad or post through which the contact came. Only on a first message. *welcome* is the greeting
    that the ad showed in the chat."""

    source_url: str = ""
    source_id: str = ""
    source_type: str = ""
    headline: str = ""
    body: str = ""
    click_id: str = ""
    media_type: str = ""
    media_url: str = ""
    thumbnail_url: str = ""
    welcome: str = ""


class Context(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a message answers or comes from. *author* wrote the message that it answers, in the provider's
    own spelling: our number, its id, or a contact."""

    reply_to: str = ""
    forwarded: bool = False
    frequently_forwarded: bool = False
    catalog_id: str = ""
    sku: str = ""
    author: str = ""


class MessageReceived(Struct, frozen=True, tag="message", omit_defaults=True, gc=False):
    """A contact sent us something. *message_id* is the provider's id (wamid) and the unique key. *account*
    is the provider's account, told where new user ids have to be understood. *opted* is set when the provider
    has taken it for STOP ("out") or START ("in"), and has answered it itself."""

    number: str
    message_id: str
    sender: Person
    content: Inbound
    at: int
    context: Context = Context()
    referral: Referral | None = None
    group: str = ""
    raw: bytes = b""
    account: str = ""
    opted: Literal["", "out", "in"] = ""


class StatusReceived(Struct, frozen=True, tag="status", omit_defaults=True, gc=False):
    """What became of a part that we sent. *correlation* is the id that we gave it, when echoed.
    *free_until* is the end of the free entry point window, when the provider told it."""

    number: str
    message_id: str
    status: Status
    at: int
    recipient: Person
    correlation: str = ""
    participant: str = ""
    failure: Failure | None = None
    pricing: Pricing | None = None
    free_until: int = 0
    raw: bytes = b""


class ChannelEvent(Struct, frozen=True, tag="event", omit_defaults=True):
    """Anything else: about the number, the account, a template, a call, a click. *content* is the typed
    Struct (see `gateway.notice`); *name* is the provider's field ("message_template_status_update"), or
    "error" or "user_action". *person* is the contact whom it is about: with one, the event belongs to a
    conversation. *number* may be empty when only the *account* is known. *key* makes it unique."""

    name: str
    key: str
    at: int
    number: str = ""
    account: str = ""
    content: Notice = Other()
    person: Person = Person()
    raw: bytes = b""


Event = MessageReceived | StatusReceived | ChannelEvent
