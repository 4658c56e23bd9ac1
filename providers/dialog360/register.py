"""Where 360dialog sends a number's webhooks (wire.md §3).

`POST /v1/configs/webhook {"url": "https://…", "headers": {"X-Gateway-Secret": "…"}}` sets both for the
number of the key; `GET` of the same path tells them. There is no handshake with a challenge.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import msgspec

from gateway.model.finding import Finding
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.dialog360.errors import read_error
from providers.dialog360.health import PATH, check
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.verify import token

_UNSIGNED = (
    "No header of your own goes with the webhooks: only x-360dialog-signature tells them from others, and "
    "360dialog signs for partners whose platform secret is set. If they are refused with 401, set "
    "webhook_header and register again."
)


class Dialog360Registration:
    """`gateway.provider.Registration` for 360dialog."""

    def register(self, callback: str, settings: Dialog360Settings) -> Steps[tuple[str, ...]]:
        """See `register`."""
        return register(callback, settings)

    def check(self, callback: str, settings: Dialog360Settings) -> Steps[tuple[Finding, ...]]:
        """See `health.check`."""
        return check(callback, settings)

    def knock(self, callback: str, settings: Dialog360Settings) -> Steps[str]:
        """See `knock`."""
        return knock(callback, settings)


def knock(callback: str, settings: Dialog360Settings) -> Steps[str]:
    """Ask *callback* whether it is the gateway with this channel and these secrets; "" when it is.

    360dialog itself asks nothing before it uses an address. A webhook of ours would be one that came: the
    alarm for silence would take it for 360dialog's."""
    challenge = secrets.token_hex(8)
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": token(challenge, settings),
    }
    url = f"{callback}?{urlencode(query)}"
    answer: HttpAnswer = yield HttpRequest("GET", url, {}, b"", sends=False, limit=1024)
    if answer.status == 200 and answer.body == challenge.encode():
        return ""
    if answer.status == 403:
        return "what answers there has other secrets for its webhooks (HTTP 403)"
    if answer.status == 404:
        return "what answers there knows no such channel (HTTP 404)"
    return f"what answers there is no gateway (HTTP {answer.status})"


def register(callback: str, settings: Dialog360Settings) -> Steps[tuple[str, ...]]:
    """Have the number's webhooks sent to *callback*, with our header. Raises `ProviderError`."""
    if not callback.startswith("https://") and settings.api_base.startswith("https://"):
        title = f"360dialog calls https addresses only, not {callback[:60]}"
        raise ProviderError("invalid", title=title, hint="set [server] public_url to an https address")
    body: dict[str, Any] = {"url": callback}
    done = [f"Number {settings.phone_number_id}: its webhooks go to {callback}."]
    if settings.header is None:
        done.append(_UNSIGNED)
    else:
        body["headers"] = {settings.header.name: settings.header.values[0]}
        more = "" if len(settings.header.values) == 1 else ", with the first of its values"
        done.append(f"They carry the header {settings.header.name}{more}.")
    url = settings.api_base.rstrip("/") + PATH
    headers = {"D360-API-KEY": settings.api_key, "Content-Type": "application/json"}
    answer: HttpAnswer = yield HttpRequest("POST", url, headers, msgspec.json.encode(body), sends=False)
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    return tuple(done)
