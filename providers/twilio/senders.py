"""The Senders API: the WhatsApp sender behind a number, and where its webhooks go (wire.md §4.6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from gateway.provider import ProviderError, Steps
from gateway.provider.told import rows
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.paging import following
from providers.twilio.settings import TwilioSettings

#: Of 100 senders each; an account has 50 at most before it asks for more.
_PAGES = 20
#: Everybody's number, on which messages are tried out. It is nobody's sender.
_SANDBOX = "+14155238886"


def find(settings: TwilioSettings) -> Steps[dict[str, Any]]:
    """What Twilio tells of the channel's sender. Raises `ProviderError`, also when the account has none."""
    sid = settings.sender_sid or (yield from _sid(settings))
    told = answered((yield call("GET", _url(settings, sid), settings)))
    if told.get("sender_id") not in (None, settings.sender):
        title = f"sender {sid} is {str(told['sender_id'])[:60]}, and not {settings.sender}"
        raise ProviderError("invalid", title=title, hint="correct sender_sid, or leave it out")
    return told


def update(settings: TwilioSettings, sid: str, webhook: dict[str, str]) -> Steps[dict[str, Any]]:
    """Change where the webhooks of sender *sid* go; what *webhook* does not name stays."""
    return answered((yield call("POST", _url(settings, sid), settings, {"webhook": webhook})))


def _sid(settings: TwilioSettings) -> Steps[str]:
    """The id of the sender with the channel's number."""
    path = f"/v2/Channels/Senders?{urlencode({'Channel': 'whatsapp', 'PageSize': 100})}"
    for _ in range(_PAGES):
        told = answered((yield call("GET", settings.messaging_base + path, settings)))
        for sender in rows(told.get("senders")):
            if sender.get("sender_id") == settings.sender and isinstance(sender.get("sid"), str):
                return str(sender["sid"])
        path = following(told)
        if not path:
            break
    hint = "compare `from` with the WhatsApp senders in Twilio's console"
    if settings.number == _SANDBOX:
        hint = "the sandbox has no sender: enter the address in its settings in Twilio's console"
    title = f"account {settings.account_sid} has no WhatsApp sender {settings.number}"
    raise ProviderError("invalid", title=title, hint=hint)


def _url(settings: TwilioSettings, sid: str) -> str:
    return f"{settings.messaging_base}/v2/Channels/Senders/{quote(sid, safe='')}"
