"""The provider port for 360dialog: what differs from Meta is a file of this folder, the rest is Meta's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

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
from providers.dialog360 import verify as authentic
from providers.dialog360.cloud import reached
from providers.dialog360.media import Dialog360Media
from providers.dialog360.parse import parse
from providers.dialog360.receipts import Dialog360Receipts
from providers.dialog360.register import Dialog360Registration
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.templates import Dialog360Templates
from providers.meta_cloud.provider import MetaCloud
from providers.meta_cloud.render import render
from providers.meta_cloud.scan import scan
from providers.meta_cloud.scrub import scrub
from providers.meta_cloud.send import send

NAME = "dialog360"


class Dialog360:
    """`gateway.provider.Provider` for numbers of the Cloud API that 360dialog hosts."""

    name = NAME
    redelivers = True
    signs_address = False
    signature_headers: tuple[str, ...] = (authentic.SIGNATURE,)
    Settings: type[msgspec.Struct] = Dialog360Settings
    secret_fields = frozenset({"api_key", "webhook_header", "webhook_basic", "platform_secret"})
    #: What goes through 360dialog is Meta's, and so are its limits (wire.md §5.1).
    capabilities = MetaCloud.capabilities
    receipts: Receipts | None = Dialog360Receipts()
    registration: Registration | None = Dialog360Registration()
    templates: TemplateDirectory | None = Dialog360Templates()
    media: MediaSource | None = Dialog360Media()
    backlog: Backlog | None = None
    answer: WebhookAnswer | None = None

    def number(self, settings: Dialog360Settings) -> str:
        """The phone number id, which every webhook names."""
        return settings.phone_number_id

    def account(self, settings: Dialog360Settings) -> str:
        """The WhatsApp Business Account."""
        return settings.waba_id

    def handshake(self, query: Mapping[str, str], settings: Sequence[Dialog360Settings]) -> str | None:
        """See `verify.handshake`."""
        return authentic.handshake(query, settings)

    def scan(self, body: bytes) -> tuple[str, ...]:
        """See `meta_cloud.scan`."""
        return scan(body)

    def secret_headers(self, settings: Dialog360Settings) -> tuple[str, ...]:
        """The static header: its value is the secret itself."""
        return (settings.header.name.lower(),) if settings.header is not None else ()

    def verify(self, request: WebhookRequest, settings: Dialog360Settings) -> bool:
        """See `verify.verify`."""
        return authentic.verify(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`; 360dialog's callbacks have no query."""
        return parse(body)

    def scrub(self, body: bytes) -> bytes:
        """See `meta_cloud.scrub`."""
        return scrub(body)

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
