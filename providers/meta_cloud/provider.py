"""The provider port for Meta's own Cloud API: each method is one file of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.model.outbound import Outbound
from gateway.provider import (
    MediaSource,
    Parsed,
    Receipts,
    Registration,
    Rendered,
    SendSteps,
    TemplateDirectory,
    WebhookRequest,
)
from providers.meta_cloud import verify as authentic
from providers.meta_cloud.cloud import reached
from providers.meta_cloud.media import MetaMedia
from providers.meta_cloud.parse import parse
from providers.meta_cloud.port import CloudNumber
from providers.meta_cloud.receipts import MetaReceipts
from providers.meta_cloud.register import MetaRegistration
from providers.meta_cloud.render import NAME, render
from providers.meta_cloud.send import send
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates import MetaTemplates


class MetaCloud(CloudNumber[MetaSettings]):
    """`gateway.provider.Provider` for the WhatsApp Cloud API."""

    name = NAME
    signature_headers: tuple[str, ...] = (authentic.HEADER,)
    Settings: type[msgspec.Struct] = MetaSettings
    secret_fields = frozenset({"access_token", "app_secret", "verify_token"})
    receipts: Receipts | None = MetaReceipts()
    registration: Registration | None = MetaRegistration()
    templates: TemplateDirectory | None = MetaTemplates()
    media: MediaSource | None = MetaMedia()

    def handshake(self, query: Mapping[str, str], settings: Sequence[MetaSettings]) -> str | None:
        """See `verify.handshake`."""
        return authentic.handshake(query, settings)

    def secret_headers(self, settings: MetaSettings) -> tuple[str, ...]:
        """None: Meta signs."""
        return ()

    def verify(self, request: WebhookRequest, settings: MetaSettings) -> bool:
        """See `verify.verify`."""
        return authentic.verify(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`; Meta's callbacks have no query."""
        return parse(body)

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
