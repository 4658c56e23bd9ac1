"""Webhooks as 360dialog sends them: the headers that were registered with the address, and the platform's
signature (wire.md §3.1)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Literal

from msgspec import Struct

from providers.meta_cloud.simulator.emitter import Emitter

#: How webhooks prove themselves.
Checks = Literal["both", "header", "signature"]


class Registered(Struct, frozen=True):
    """An address, and the headers that go with what is sent there."""

    url: str
    headers: dict[str, str]


class HubEmitter(Emitter):
    """Delivers webhooks. What was never registered gets *header*, as if it had been."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.checks: Checks = "both"
        self.header: dict[str, str] = {}
        #: phone number id -> what its owner registered
        self.registered: dict[str, Registered] = {}

    def target(self, number: str) -> Registered:
        """Where the webhooks of *number* go, all fields of them."""
        usual = Registered(self.webhook_url, self.header if self.checks != "signature" else {})
        return self.registered.get(number, usual)

    def proof(self, body: bytes, url: str = "") -> dict[str, str]:
        """The headers that authenticate *body* at *url*."""
        known = (each.headers for each in self.registered.values() if each.url == url)
        usual = self.header if self.checks != "signature" else {}
        headers = dict(next(known, usual))
        if self.checks != "header":
            signed = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
            headers["x-360dialog-signature"] = signed
        return headers
