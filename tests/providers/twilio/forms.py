"""Forms as Twilio posts them, for the tests of what they say."""

from __future__ import annotations

from urllib.parse import urlencode

from gateway.model import inbound
from gateway.model.event import MessageReceived
from providers.twilio import provider
from tests.providers.twilio.conftest import ACCOUNT, NUMBER

SID = "SM00000000000000000000000000000001"
BASE = {
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "whatsapp:+34600111222",
    "To": f"whatsapp:{NUMBER}",
}
URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}/Media/ME1"


def form(**parameters: str) -> bytes:
    """A form of Twilio's."""
    return urlencode(BASE | parameters).encode()


def events(body: bytes) -> list[MessageReceived]:
    """The messages in *body*, which has nothing else."""
    parsed = provider.parse(body)
    assert parsed.failures == ()
    assert all(isinstance(event, MessageReceived) for event in parsed.events)
    return [event for event in parsed.events if isinstance(event, MessageReceived)]


def content(**parameters: str) -> inbound.Inbound:
    """What one message says."""
    (event,) = events(form(**parameters))
    return event.content


def media(mime_type: str, **parameters: str) -> inbound.Inbound:
    """What a file of this type is."""
    return content(NumMedia="1", MediaUrl0=URL, MediaContentType0=mime_type, **parameters)
