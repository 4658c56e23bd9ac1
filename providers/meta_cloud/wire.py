"""The webhook's payload as Meta writes it (wire.md §1.4 to §1.6): what is not read is ignored.

Elements of lists stay `Raw`, so that each keeps its own slice and fails alone. `gc=False`: these live for
microseconds and hold no cycles.

    {"object": "whatsapp_business_account", "entry": [{"id": "198700112233445", "changes": [
      {"field": "messages", "value": {"messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550104477", "phone_number_id": "401122334455667"},
        "contacts": [{"profile": {"name": "Lucia Prado"}, "wa_id": "34600111222", "user_id": "ES.9081"}],
        "messages": [{"from": "34600111222", "from_user_id": "ES.9081", "id": "wamid.U0FN",
          "timestamp": "1794900060", "type": "text", "text": {"body": "Buenos días"}}]}}]}]}
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

Number = str | int | float | None


class Metadata(Struct, gc=False):
    """Which business number is meant."""

    phone_number_id: str | None = None


class Profile(Struct, gc=False):
    """What the contact calls themselves."""

    name: str | None = None
    username: str | None = None


class Contact(Struct, gc=False):
    """One of `value.contacts`. `wa_id` is missing, not empty, when the number is hidden."""

    profile: Profile | None = None
    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    identity_key_hash: str | None = None


class Value(Struct, gc=False):
    """`value` of the field "messages"."""

    metadata: Metadata | None = None
    contacts: list[Contact] | None = None
    messages: list[Raw] | None = None
    statuses: list[Raw] | None = None
    errors: list[Raw] | None = None
    user_actions: list[Raw] | None = None


class Change(Struct, gc=False):
    """One change, read in one go."""

    field: str
    value: Value


class Entry(Struct, gc=False):
    """One entry, read in one go. *id* is the WhatsApp Business Account."""

    id: str
    changes: list[Change]


class Envelope(Struct, gc=False):
    """The whole body, read in one go."""

    entry: list[Entry]


class LooseChange(Struct, gc=False):
    """One change whose value is looked at later."""

    field: str
    value: Raw


class LooseEntry(Struct, gc=False):
    """One entry whose changes are looked at one by one."""

    changes: list[Raw]
    id: str | int | None = None
    time: Number = None


class LooseEnvelope(Struct, gc=False):
    """The body, when a part of it is wrong or it holds other fields."""

    entry: list[Raw]


class LooseValue(Struct, gc=False):
    """A value whose lists are looked at one by one."""

    metadata: Raw = Raw()
    contacts: Raw = Raw()
    messages: Raw = Raw()
    statuses: Raw = Raw()
    errors: Raw = Raw()
    user_actions: Raw = Raw()


class TextBody(Struct, gc=False):
    """`{"body": "Buenos días"}`."""

    body: str | None = None


class ReferredProduct(Struct, gc=False):
    """The product page from which the contact wrote."""

    catalog_id: str | None = None
    product_retailer_id: str | None = None


class Context(Struct, gc=False, rename={"sender": "from"}):
    """`{"from": "15550104477", "id": "wamid.T1VU"}`; every part may be missing."""

    id: str | None = None
    forwarded: bool | None = None
    frequently_forwarded: bool | None = None
    referred_product: ReferredProduct | None = None
    sender: str | None = None


class Welcome(Struct, gc=False):
    """`{"text": "Hi! Ask us anything."}`."""

    text: str | None = None


class Referral(Struct, gc=False):
    """The ad: `{"source_url": "https://fb.example/ad1", "source_type": "ad", "ctwa_clid": "Afx"}`."""

    source_url: str | None = None
    source_id: str | None = None
    source_type: str | None = None
    headline: str | None = None
    body: str | None = None
    media_type: str | None = None
    image_url: str | None = None
    video_url: str | None = None
    thumbnail_url: str | None = None
    ctwa_clid: str | None = None
    welcome_message: Welcome | str | None = None


class Message(Struct, gc=False, rename={"sender": "from"}):
    """What all of `messages[]` have in common, and the text, which is the most frequent."""

    id: str
    type: str
    timestamp: Number
    sender: str | None = None
    from_user_id: str | None = None
    from_parent_user_id: str | None = None
    text: TextBody | None = None
    context: Context | None = None
    referral: Referral | None = None
    group_id: str | None = None


class ErrorData(Struct, gc=False):
    """Where the useful words are."""

    details: str | None = None


class Error(Struct, gc=False):
    """`{"code": 131026, "title": "Message undeliverable", "error_data": {"details": "…"}}`."""

    code: Number = 0
    title: str | None = None
    message: str | None = None
    error_data: ErrorData | str | None = None
    error_subcode: Number = None

    @property
    def details(self) -> str:
        """The provider's explanation; `error_data` may be a text (wire.md §2.1)."""
        if isinstance(self.error_data, ErrorData):
            return self.error_data.details or ""
        return self.error_data or ""


class Status(Struct, gc=False):
    """`{"id": "wamid.T1VU", "status": "delivered", "timestamp": "1794900123", "recipient_id": "346…"}`."""

    id: str
    status: str
    timestamp: Number
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    recipient_parent_user_id: str | None = None
    parent_recipient_user_id: str | None = None
    recipient_type: str | None = None
    recipient_participant_id: str | None = None
    recipient_participant_user_id: str | None = None
    recipient_participant_parent_user_id: str | None = None
    biz_opaque_callback_data: str | None = None
    pricing: dict[str, Any] | None = None
    errors: list[Error] | None = None
    conversation: Raw = Raw()
    recipient_identity_key_hash: str | None = None


class Origin(Struct, gc=False):
    """How the conversation began: "referral_conversion" is a free entry point."""

    type: str | None = None


class Conversation(Struct, gc=False):
    """`{"id": "aa11", "expiration_timestamp": "1794986400", "origin": {"type": "service"}}`."""

    expiration_timestamp: Number = None
    origin: Origin | None = None
