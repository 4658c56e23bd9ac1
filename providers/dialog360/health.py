"""What 360dialog says of a channel, and what can be said of its secrets (wire.md §3, §3.1)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from gateway.model.finding import Finding
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.dialog360.errors import read_error
from providers.dialog360.settings import STRONG, Dialog360Settings, WebhookHeader
from providers.meta_cloud.clean import decode
from providers.meta_cloud.refusal import BAD

PATH = "/v1/configs/webhook"
_REGISTER = "run `gateway channel register`"
_LONGER = f"use at least {STRONG} random bytes, e.g. from `openssl rand -hex 32`, and register again"
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def check(callback: str, settings: Dialog360Settings) -> Steps[tuple[Finding, ...]]:
    """All that can be asked about this channel. What 360dialog refuses to tell is a finding too."""
    own = strength(settings)
    url = settings.api_base.rstrip("/") + PATH
    answer: HttpAnswer = yield HttpRequest("GET", url, {"D360-API-KEY": settings.api_key}, b"", sends=False)
    if not 200 <= answer.status < 300:
        return (refused(read_error(answer)), *own)
    try:
        told = decode(_OBJECT, answer.body)
    except BAD:
        told = {}
    key = Finding("api_key", True, "360dialog accepts it")
    return (key, webhook(told, callback), *carried(told, settings.header), *own)


def refused(error: ProviderError) -> Finding:
    """The finding for what 360dialog would not tell."""
    told = f"{error.title}" + (f": {error.details}" if error.details else "")
    if error.kind in ("auth", "permission"):
        return Finding("api_key", False, f"360dialog refuses it: {told}", error.hint)
    return Finding("webhook", False, f"360dialog does not tell: {told}", error.hint)


def webhook(told: dict[str, Any], callback: str) -> Finding:
    """Whether webhooks come to *callback*, or to the address of all channels in front of it; an empty
    *callback* cannot be compared."""
    url = told.get("url")
    used = url if isinstance(url, str) else ""
    if not used:
        return Finding("webhook", False, "360dialog has no address to call", _REGISTER)
    if not callback or used == callback:
        return Finding("webhook", True, f"360dialog calls {used}")
    if callback.startswith(used.rstrip("/") + "/"):
        return Finding("webhook", True, f"360dialog calls {used}, the address of all channels")
    return Finding("webhook", False, f"360dialog calls {used}, and not {callback}", _REGISTER)


def carried(told: dict[str, Any], header: WebhookHeader | None) -> tuple[Finding, ...]:
    """Whether the registered headers hold ours. An answer without headers says nothing about them, and a
    value that is shown in part only cannot be compared."""
    listed = told.get("headers")
    if header is None:
        return ()
    if not isinstance(listed, dict):
        return (Finding("webhook_header", True, "360dialog does not tell which headers it sends"),)
    found = next((value for name, value in listed.items() if name.lower() == header.name.lower()), None)
    if found is None:
        detail = f"360dialog sends no {header.name}, so every webhook is refused"
        return (Finding("webhook_header", False, detail, _REGISTER),)
    if not isinstance(found, str) or "***" in found:
        return (Finding("webhook_header", True, f"360dialog sends {header.name}; its value is not shown"),)
    if found == header.values[0]:
        return (Finding("webhook_header", True, f"360dialog sends {header.name} with our value"),)
    if found in header.values:
        detail = f"360dialog still sends an older value of {header.name}"
        return (Finding("webhook_header", True, detail, "register again, then take the old value out"),)
    detail = f"360dialog sends {header.name} with another value, so every webhook is refused"
    return (Finding("webhook_header", False, detail, _REGISTER),)


def strength(settings: Dialog360Settings) -> tuple[Finding, ...]:
    """A finding when somebody might guess our secret: too short a one is allowed, and told."""
    name, secrets = "webhook_header.value", []
    if settings.webhook_basic is not None:
        name, secrets = "webhook_basic.password", settings.webhook_basic.passwords
    elif settings.webhook_header is not None:
        secrets = [secret(value) for value in settings.webhook_header.values]
    if all(len(each.encode()) >= STRONG for each in secrets):
        return ()
    detail = f"has less than {STRONG} bytes; whoever guesses it can write webhooks"
    return (Finding(name, False, detail, _LONGER),)


def secret(value: str) -> str:
    """The secret part of a header's value: what stands behind "Bearer", or the password of "Basic"."""
    scheme, blank, rest = value.partition(" ")
    if not blank or not scheme.isalpha():
        return value
    if scheme.lower() != "basic":
        return rest
    try:
        return base64.b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")[2]
    except ValueError:
        return rest
