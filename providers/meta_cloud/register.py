"""Where Meta sends a channel's webhooks (wire.md §1.1, §1.3, §2.8).

A number's own address goes before its account's, the account's before the app's. Each holds for the
field `messages` only; all other fields come to the address that is entered for the app.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from gateway.model.finding import Finding
from gateway.provider import HttpRequest, ProviderError, Steps
from providers.meta_cloud import node
from providers.meta_cloud.health import addresses, apps, check
from providers.meta_cloud.settings import MetaSettings

#: Characters; Meta refuses longer ones.
LONGEST = 200
#: Meta's code for a callback that did not answer the handshake as it should.
_NOT_ANSWERED = (2200, 2201)
_OTHER_FIELDS = (
    "Meta sends only the field `messages` there. For templates, quality and account news enter a callback "
    "URL in the app too: WhatsApp > Configuration > Webhook, and subscribe to the fields."
)


class MetaRegistration:
    """`gateway.provider.Registration` for the Cloud API."""

    def register(self, callback: str, settings: MetaSettings) -> Steps[tuple[str, ...]]:
        """See `register`."""
        return register(callback, settings)

    def check(self, callback: str, settings: MetaSettings) -> Steps[tuple[Finding, ...]]:
        """See `health.check`."""
        return check(callback, settings)

    def knock(self, callback: str, settings: MetaSettings) -> Steps[str]:
        """See `knock`."""
        return knock(callback, settings)


def knock(callback: str, settings: MetaSettings) -> Steps[str]:
    """Ask *callback* as Meta will; "" when it answers as it should, else what is wrong."""
    challenge = secrets.token_hex(8)
    query = {
        "hub.mode": "subscribe",
        "hub.challenge": challenge,
        "hub.verify_token": settings.verify_token,
    }
    answer = yield HttpRequest("GET", f"{callback}?{urlencode(query)}", {}, b"", sends=False, limit=1024)
    if answer.status == 200 and answer.body == challenge.encode():
        return ""
    if answer.status == 403:
        return "what answers there has another verify_token (HTTP 403)"
    if answer.status == 404:
        return "what answers there knows no such channel (HTTP 404)"
    return f"what answers there is no gateway (HTTP {answer.status})"


def register(callback: str, settings: MetaSettings) -> Steps[tuple[str, ...]]:
    """Have the number's `messages` webhooks sent to *callback*. Raises `ProviderError`.

    The account's address serves all its numbers. One that is already taken stays as it is, for another
    number may live from it, and this number gets its own.
    """
    if len(callback) > LONGEST:
        title = f"the address {callback[:60]}… has {len(callback)} characters, Meta takes {LONGEST}"
        raise ProviderError("invalid", title=title, hint="shorten [server] public_url or the channel's id")
    if not settings.waba_id:
        yield from _number(callback, settings)
        return (
            f"Number {settings.phone_number_id}: its webhooks go to {callback}.",
            "Whether the app is subscribed to the number's account was not looked at: write waba_id into the "
            "channel's settings and register again.",
            _OTHER_FIELDS,
        )
    taken = [app.url for app in apps((yield from node.read(settings, settings.waba_id, "subscribed_apps")))]
    other = next((url for url in taken if url not in ("", callback)), "")
    if other:
        yield from _number(callback, settings)
        return (
            f"Account {settings.waba_id}: its webhooks go to {other}, and stay there.",
            f"Number {settings.phone_number_id}: its webhooks go to {callback}.",
            _OTHER_FIELDS,
        )
    return (yield from _account(callback, settings))


def _account(callback: str, settings: MetaSettings) -> Steps[tuple[str, ...]]:
    """Subscribe the app to the account with *callback*; an address of the number's own is replaced too."""
    yield from _write(settings, settings.waba_id, "subscribed_apps", _address(callback, settings))
    done = [f"Account {settings.waba_id}: the app is subscribed; webhooks of its numbers go to {callback}."]
    about = yield from node.read(settings, settings.phone_number_id, fields="webhook_configuration")
    own = addresses(about).number
    if own and own != callback:
        yield from _number(callback, settings)
        done.append(f"Number {settings.phone_number_id}: its own address, {own}, was replaced.")
    return (*done, _OTHER_FIELDS)


def _number(callback: str, settings: MetaSettings) -> Steps[None]:
    body = {"webhook_configuration": _address(callback, settings)}
    yield from _write(settings, settings.phone_number_id, "", body)


def _address(callback: str, settings: MetaSettings) -> dict[str, str]:
    return {"override_callback_uri": callback, "verify_token": settings.verify_token}


def _write(settings: MetaSettings, name: str, edge: str, body: dict[str, Any]) -> Steps[None]:
    """Write; a handshake that failed is said in words that help."""
    try:
        told = yield from node.write(settings, name, edge, body)
    except ProviderError as error:
        words = f"{error.title} {error.details}".lower()
        if error.code not in _NOT_ANSWERED and "callback" not in words:
            raise
        hint = (
            "the address must answer Meta's handshake: reachable from the internet, with a valid certificate"
        )
        raise ProviderError(
            error.kind, code=error.code, subcode=error.subcode, title=error.title, details=error.details,
            hint=hint, http=error.http,
        ) from error  # fmt: skip
    if told.get("success") is False:
        raise ProviderError("unknown", title="Meta answered success: false", hint="try again in some minutes")
