"""The provider port for Meta's own Cloud API: each method is one file of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from gateway.model.capability import Capabilities, Level
from gateway.model.outbound import Outbound
from gateway.provider import (
    Backlog,
    MediaSource,
    Parsed,
    Receipts,
    Registration,
    Rendered,
    SendSteps,
    TemplateDirectory,
    WebhookAnswer,
    WebhookRequest,
)
from providers.meta_cloud import verify as authentic
from providers.meta_cloud.cloud import reached
from providers.meta_cloud.files import MEDIA
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.media import MetaMedia
from providers.meta_cloud.parse import parse
from providers.meta_cloud.receipts import MetaReceipts
from providers.meta_cloud.register import MetaRegistration
from providers.meta_cloud.render import NAME, render
from providers.meta_cloud.scan import scan
from providers.meta_cloud.scrub import scrub
from providers.meta_cloud.send import send
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates import MetaTemplates

#: Meta carries every kind of ours (wire.md §5.1); an address request works in India only.
_FULL: Level = "full"
_PARTIAL: Level = "partial"
_LEVELS: dict[str, Level] = {kind.__struct_config__.tag: _FULL for kind in get_args(Outbound)} | {
    "address_request": _PARTIAL
}


class MetaCloud:
    """`gateway.provider.Provider` for the WhatsApp Cloud API."""

    name = NAME
    redelivers = True
    signs_address = False
    signature_headers: tuple[str, ...] = (authentic.HEADER,)
    Settings: type[msgspec.Struct] = MetaSettings
    secret_fields = frozenset({"access_token", "app_secret", "verify_token"})
    capabilities = Capabilities(_LEVELS, LIMITS, MEDIA)
    receipts: Receipts | None = MetaReceipts()
    registration: Registration | None = MetaRegistration()
    templates: TemplateDirectory | None = MetaTemplates()
    media: MediaSource | None = MetaMedia()
    backlog: Backlog | None = None
    answer: WebhookAnswer | None = None

    def number(self, settings: MetaSettings) -> str:
        """The phone number id, which every webhook names."""
        return settings.phone_number_id

    def account(self, settings: MetaSettings) -> str:
        """The WhatsApp Business Account."""
        return settings.waba_id

    def handshake(self, query: Mapping[str, str], settings: Sequence[MetaSettings]) -> str | None:
        """See `verify.handshake`."""
        return authentic.handshake(query, settings)

    def scan(self, body: bytes) -> tuple[str, ...]:
        """See `scan.scan`."""
        return scan(body)

    def secret_headers(self, settings: MetaSettings) -> tuple[str, ...]:
        """None: Meta signs."""
        return ()

    def verify(self, request: WebhookRequest, settings: MetaSettings) -> bool:
        """See `verify.verify`."""
        return authentic.verify(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`; Meta's callbacks have no query."""
        return parse(body)

    def scrub(self, body: bytes) -> bytes:
        """See `scrub.scrub`."""
        return scrub(body)

    def render(self, message: Outbound) -> Rendered:
        """See `render.render`."""
        return render(message)

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: MetaSettings) -> SendSteps:
        """See `send.send`."""
        return send(part, to, correlation, reached(settings))

    def simulator(self) -> Any:
        """A stand-in for Meta's servers; loaded only when asked for."""
        from providers.meta_cloud.simulator import MetaSimulator

        return MetaSimulator
