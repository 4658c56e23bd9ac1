"""The messaging service of a channel. It has an inbound address of its own, which goes before that of its
senders, unless it is told to leave messages to them.

wire.md does not have this API; fields are those of Twilio's Services resource (`/v1/Services/MG…`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from gateway.model.finding import Finding
from gateway.provider import HttpRequest, ProviderError, Steps
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.settings import TwilioSettings

_BY_HAND = (
    "in Twilio's console open the service > Integration, and choose \"Defer to sender's webhook\" or enter "
    "the channel's address"
)


def defer(callback: str, settings: TwilioSettings) -> Steps[str]:
    """Have the service leave messages to its senders' addresses, when it has none of its own; what was done,
    or is to be done by hand. An address that is there stays: other senders may live from it."""
    sid = settings.messaging_service_sid
    try:
        told = yield from _read(settings)
        state = _state(told, callback)
        if state == "dropped":
            yield from _defer(settings)
            return f"Service {sid}: messages go to its senders' addresses; before, they went nowhere."
    except ProviderError as error:
        return f"Service {sid}: not looked at ({error.title}); by hand, {_BY_HAND}."
    if state == "elsewhere":
        address = bare(told.get("inbound_request_url"))
        return f"Service {sid}: its webhooks go to {address}, and stay there; {_BY_HAND}."
    return f"Service {sid}: its webhooks come to us already."


def check(callback: str, settings: TwilioSettings) -> Steps[Finding]:
    """Where the service sends what comes in."""
    sid = settings.messaging_service_sid
    try:
        told = yield from _read(settings)
    except ProviderError as error:
        return Finding(
            "service", False, f"{sid}: Twilio does not tell: {error.title}", error.hint or _BY_HAND
        )
    match _state(told, callback):
        case "deferred":
            return Finding("service", True, f"{sid} leaves messages to the sender's address")
        case "ours":
            return Finding("service", True, f"{sid} calls {bare(told['inbound_request_url'])}")
        case "dropped":
            return Finding("service", False, f"{sid} drops what comes in", "run `gateway channel register`")
    used = bare(told["inbound_request_url"])
    if not callback:
        return Finding("service", True, f"{sid} calls {used}")
    return Finding("service", False, f"{sid} calls {used}, and not {callback}", _BY_HAND)


def _state(told: dict[str, Any], callback: str) -> str:
    """deferred, ours, elsewhere, or dropped."""
    if told.get("use_inbound_webhook_on_number") is True:
        return "deferred"
    used = bare(told.get("inbound_request_url"))
    if not used:
        return "dropped"
    return "ours" if callback and is_ours(used, callback) else "elsewhere"


def bare(url: Any) -> str:
    """An address without its connection overrides; "" for none."""
    return url.partition("#")[0] if isinstance(url, str) else ""


def is_ours(used: str, callback: str) -> bool:
    """Whether *used* is *callback*, or the address of all channels in front of it."""
    return used == callback or callback.startswith(used.rstrip("/") + "/")


def _url(settings: TwilioSettings) -> str:
    return f"{settings.messaging_base}/v1/Services/{settings.messaging_service_sid}"


def _read(settings: TwilioSettings) -> Steps[dict[str, Any]]:
    return answered((yield call("GET", _url(settings), settings)))


def _defer(settings: TwilioSettings) -> Steps[None]:
    headers = {"Authorization": settings.basic, "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"UseInboundWebhookOnNumber": "true"}).encode()
    answered((yield HttpRequest("POST", _url(settings), headers, body, sends=False)))
