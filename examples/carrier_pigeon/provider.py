"""The port of `gateway.provider` for carrier pigeons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from examples.carrier_pigeon.parse import HEADER, authentic, parse, scan
from examples.carrier_pigeon.send import send
from examples.carrier_pigeon.settings import PigeonSettings
from gateway.errors import SendRefused
from gateway.model.capability import Capabilities, Level, Limits
from gateway.model.outbound import Outbound, Text
from gateway.provider import Parsed, Rendered, SendSteps, WebhookRequest

_FALLBACK: Level = "fallback"
#: All goes as text; a template cannot, for its words are not known here.
_LEVELS: dict[str, Level] = {kind.__struct_config__.tag: _FALLBACK for kind in get_args(Outbound)} | {
    "text": "full",
    "template": "rejected",
    "pin": "dropped",
    "reply_to": "fallback",
    "text.preview": "dropped",
    "category": "dropped",
}


class CarrierPigeon:
    """`gateway.provider.Provider` for carrier pigeons."""

    name = "carrier_pigeon"
    redelivers = True
    Settings: type[msgspec.Struct] = PigeonSettings
    secret_fields = frozenset({"key", "ring"})
    capabilities = Capabilities(_LEVELS, Limits(text=600))
    receipts = None
    registration = None
    templates = None
    signature_headers = (HEADER,)
    media = None
    backlog = None
    witness = None
    answer = None

    def number(self, settings: PigeonSettings) -> str:
        """The loft."""
        return settings.loft

    def account(self, settings: PigeonSettings) -> str:
        """Lofts have no account."""
        return ""

    def handshake(self, query: Mapping[str, str], settings: Sequence[PigeonSettings]) -> str | None:
        """Pigeons do not shake hands."""
        return None

    def scan(self, body: bytes) -> tuple[str, ...]:
        """See `parse.scan`."""
        return scan(body)

    def verify(self, request: WebhookRequest, settings: PigeonSettings) -> bool:
        """See `parse.authentic`."""
        return authentic(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`."""
        return parse(body)

    def render(self, message: Outbound) -> Rendered:
        """A text; the gateway has made everything else one before."""
        if not isinstance(message, Text):
            raise SendRefused(f"a pigeon carries texts only, not a {message.__struct_config__.tag}")
        return Rendered(({"text": message.text},))

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: PigeonSettings) -> SendSteps:
        """See `send.send`."""
        return send(part, to, correlation, settings)

    def simulator(self) -> Any:
        """The loft keepers' servers; loaded only when asked for."""
        from examples.carrier_pigeon.simulator import PigeonSimulator

        return PigeonSimulator
