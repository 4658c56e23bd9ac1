"""The parameters of a status callback (wire.md §4.3)."""

from __future__ import annotations

from providers.twilio.simulator.errors import CHANNEL_SAID, FAILURES
from providers.twilio.simulator.records import Message
from providers.twilio.simulator.target import Target

EVENTS = {"delivered": "DELIVERED", "read": "READ", "undelivered": "UNDELIVERED"}


def params(message: Message, account: str, status: str) -> dict[str, str]:
    """What Twilio says when *message* has come to *status*."""
    told = {
        "ChannelPrefix": "whatsapp",
        "ApiVersion": "2010-04-01",
        "MessageStatus": status,
        "SmsSid": message.sid,
        "SmsStatus": status,
        "ChannelInstallSid": message.line.sid,
        "ChannelToAddress": masked(message.to),
        "To": message.to,
        "From": message.sender,
        "MessageSid": message.sid,
        "StructuredMessage": "false",
        "AccountSid": account,
        "ExternalUserId": message.contact.external,
    }
    if message.service:
        told["MessagingServiceSid"] = message.service
    if message.error:
        told["ErrorCode"] = str(message.error)
        if said := CHANNEL_SAID.get(message.error):
            told["ChannelStatusMessage"] = said
        elif message.error in FAILURES and message.error > 30_000:
            told["ErrorMessage"] = FAILURES[message.error]
    if event := EVENTS.get(status):
        told["EventType"] = event
    return told


def masked(address: str) -> str:
    """An address whose last five characters are not shown."""
    bare = address.removeprefix("whatsapp:")
    return bare[:-5] + "X" * len(bare[-5:])


def target(message: Message) -> Target | None:
    """Where statuses of *message* go: its own URL, else the sender's; None when there is none."""
    if message.callback:
        return Target(message.callback)
    own = message.line.webhook
    if not own.get("status_callback_url"):
        return None
    return Target(own["status_callback_url"], own.get("status_callback_method", "POST"))
