"""Where Twilio sends a channel's webhooks (wire.md §4.1, §4.6)."""

from __future__ import annotations

from gateway.model.finding import Finding
from gateway.provider import HttpRequest, ProviderError, Steps
from providers.twilio import senders, service
from providers.twilio.health import check
from providers.twilio.settings import TwilioSettings


class TwilioRegistration:
    """`gateway.provider.Registration` for Twilio."""

    def register(self, callback: str, settings: TwilioSettings) -> Steps[tuple[str, ...]]:
        """See `register`."""
        return register(callback, settings)

    def check(self, callback: str, settings: TwilioSettings) -> Steps[tuple[Finding, ...]]:
        """See `health.check`."""
        return check(callback, settings)

    def knock(self, callback: str, settings: TwilioSettings) -> Steps[str]:
        """See `knock`."""
        return knock(callback, settings)


def knock(callback: str, settings: TwilioSettings) -> Steps[str]:
    """Look whether a gateway answers at *callback*; "" when it does, else what is wrong.

    Twilio does not ask before it uses an address, and a signed webhook would be taken for a real one. A
    gateway refuses the GET of a channel that it has with 403, and of one that it has not with 404."""
    answer = yield HttpRequest("GET", callback, {}, b"", sends=False, limit=1024)
    if answer.status == 403:
        return ""
    if answer.status == 404:
        return "what answers there knows no such channel (HTTP 404)"
    return f"what answers there is no gateway (HTTP {answer.status})"


def register(callback: str, settings: TwilioSettings) -> Steps[tuple[str, ...]]:
    """Have the sender's webhooks sent to *callback*, again when it does not answer, then to the fallback
    address. Raises `ProviderError`."""
    sender = yield from senders.find(settings)
    sid = sender.get("sid") or settings.sender_sid
    if not isinstance(sid, str) or not sid:
        raise ProviderError("unknown", title="Twilio told no id of the sender", hint="write sender_sid")
    yield from senders.update(settings, sid, wanted(callback, settings))
    done = [f"Sender {settings.number} ({sid}): its webhooks go to {callback}."]
    if settings.connection_overrides:
        done.append(f"Twilio is asked to try again when it gets no answer: #{settings.connection_overrides}.")
    done.append(_fallback(settings))
    if settings.messaging_service_sid:
        done.append((yield from service.defer(callback, settings)))
    return tuple(done)


def wanted(callback: str, settings: TwilioSettings) -> dict[str, str]:
    """The sender's `webhook` as we want it. The statuses of our own messages come to their own address."""
    webhook = {
        "callback_url": settings.overridden(callback),
        "callback_method": "POST",
        "status_callback_url": settings.overridden(callback),
        "status_callback_method": "POST",
    }
    if settings.fallback_url:
        webhook |= {"fallback_url": settings.fallback_url, "fallback_method": "POST"}
    return webhook


def _fallback(settings: TwilioSettings) -> str:
    if settings.fallback_url:
        return f"When that does not answer, they go to {settings.fallback_url}."
    return (
        "No fallback_url is written: what Twilio cannot deliver is found by the poll of its messages list, "
        "without ids of tapped buttons."
    )
