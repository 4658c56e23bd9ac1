"""Where 360dialog sends a number's webhooks (wire.md §3).

`POST /v1/configs/webhook {"url": "https://…", "headers": {"X-Gateway-Secret": "…"}}` sets both for the
number of the key; `GET` of the same path tells them. There is no handshake with a challenge.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.model.finding import Finding
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.dialog360.errors import read_error
from providers.dialog360.health import PATH, check
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.verify import SIGNATURE, signature

#: A webhook of Meta's that says nothing: it is authentic and does nothing.
_NOTHING = b'{"object":"whatsapp_business_account","entry":[]}'
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


def proof(body: bytes, settings: Dialog360Settings) -> dict[str, str]:
    """The headers with which 360dialog would send *body*."""
    headers = {"Content-Type": "application/json"}
    if settings.header is not None:
        headers[settings.header.name] = settings.header.values[0]
    if settings.secrets:
        headers[SIGNATURE] = signature(body, settings.secrets[0])
    return headers


def knock(callback: str, settings: Dialog360Settings) -> Steps[str]:
    """Send *callback* a webhook that says nothing, as 360dialog would; "" when it is taken."""
    headers = proof(_NOTHING, settings)
    answer: HttpAnswer = yield HttpRequest("POST", callback, headers, _NOTHING, sends=False, limit=1024)
    if answer.status == 200:
        return ""
    if answer.status in (401, 403):
        return f"what answers there expects another secret in its webhooks (HTTP {answer.status})"
    if answer.status == 404:
        return "what answers there knows no such channel (HTTP 404)"
    if answer.status == 503:
        return "what answers there cannot keep webhooks now (HTTP 503)"
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
