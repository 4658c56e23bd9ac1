"""The provider port for 360dialog: what differs from Meta is a file of this folder, the rest is Meta's."""

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
from providers.dialog360 import verify as authentic
from providers.dialog360.cloud import reached
from providers.dialog360.media import Dialog360Media
from providers.dialog360.parse import parse
from providers.dialog360.receipts import Dialog360Receipts
from providers.dialog360.register import Dialog360Registration
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.templates import Dialog360Templates
from providers.meta_cloud.port import CloudNumber
from providers.meta_cloud.render import render
from providers.meta_cloud.send import send

NAME = "dialog360"


class Dialog360(CloudNumber[Dialog360Settings]):
    """`gateway.provider.Provider` for numbers of the Cloud API that 360dialog hosts. What goes through it is
    Meta's, and so are the limits (wire.md §5.1)."""

    name = NAME
    signature_headers: tuple[str, ...] = (authentic.SIGNATURE,)
    Settings: type[msgspec.Struct] = Dialog360Settings
    secret_fields = frozenset({"api_key", "webhook_header", "webhook_basic", "platform_secret"})
    receipts: Receipts | None = Dialog360Receipts()
    registration: Registration | None = Dialog360Registration()
    templates: TemplateDirectory | None = Dialog360Templates()
    media: MediaSource | None = Dialog360Media()

    def handshake(self, query: Mapping[str, str], settings: Sequence[Dialog360Settings]) -> str | None:
        """See `verify.handshake`."""
        return authentic.handshake(query, settings)

    def secret_headers(self, settings: Dialog360Settings) -> tuple[str, ...]:
        """The static header: its value is the secret itself."""
        return (settings.header.name.lower(),) if settings.header is not None else ()

    def verify(self, request: WebhookRequest, settings: Dialog360Settings) -> bool:
        """See `verify.verify`."""
        return authentic.verify(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`; 360dialog's callbacks have no query."""
        return parse(body)

    def render(self, message: Outbound) -> Rendered:
        """See `meta_cloud.render`; `extra` is what stands under "dialog360"."""
        return render(message, NAME)

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: Dialog360Settings) -> SendSteps:
        """See `meta_cloud.send`."""
        return send(part, to, correlation, reached(settings))

    def simulator(self) -> Any:
        """A stand-in for 360dialog's servers; loaded only when asked for."""
        from providers.dialog360.simulator import Dialog360Simulator

        return Dialog360Simulator
