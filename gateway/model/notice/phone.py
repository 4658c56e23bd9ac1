"""What happens on the business's own phone, where the number is used in the app too."""

from __future__ import annotations

from msgspec import Struct

from gateway.model.inbound import Inbound


class Echo(Struct, frozen=True, tag="echo", omit_defaults=True):
    """The business wrote to the contact from the WhatsApp app. It is in the record as an outgoing message."""

    message_id: str
    content: Inbound
    reply_to: str = ""


class HistoryMessage(Struct, frozen=True, tag="history_message", omit_defaults=True):
    """One old message from the phone's history. It is put into the record; no plugin is called for it."""

    message_id: str
    content: Inbound
    from_business: bool = False
    status: str = ""


class HistoryProgress(Struct, frozen=True, tag="history_progress", omit_defaults=True):
    """How far the phone's history has come: *phase* 0 to 2, *progress* 0 to 100. *code* tells a refusal."""

    phase: int = 0
    chunk: int = 0
    progress: int = 0
    messages: int = 0
    code: int = 0
    text: str = ""


class ContactSync(Struct, frozen=True, tag="contact_sync", omit_defaults=True):
    """The phone's address book: a contact was added (or edited), or removed."""

    action: str = ""
    phone: str = ""
    name: str = ""
    first_name: str = ""
    user_id: str = ""
