"""The provider port for Twilio's Programmable Messaging: each method is one file of this folder."""

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
    Witness,
)
from providers.twilio import verify as authentic
from providers.twilio.backlog import TwilioBacklog
from providers.twilio.capabilities import CAPABILITIES
from providers.twilio.media import TwilioMedia
from providers.twilio.parse import parse
from providers.twilio.receipts import TwilioReceipts
from providers.twilio.register import TwilioRegistration
from providers.twilio.render import render
from providers.twilio.scan import scan
from providers.twilio.scrub import scrub
from providers.twilio.send import send
from providers.twilio.settings import NAME, TwilioSettings
from providers.twilio.templates import TwilioTemplates
from providers.twilio.witness import TwilioWitness


class Twilio:
    """`gateway.provider.Provider` for WhatsApp senders at Twilio."""

    name = NAME
    #: A webhook that was not taken is lost to Twilio (wire.md §4.1), so the gateway must spool it.
    redelivers = False
    signs_address = True
    signature_headers: tuple[str, ...] = (authentic.HEADER, authentic.SCHEME_HEADER)
    Settings: type[msgspec.Struct] = TwilioSettings
    secret_fields = frozenset({"auth_token", "shared_key", "api_secret"})
    capabilities = CAPABILITIES
    receipts: Receipts | None = TwilioReceipts()
    registration: Registration | None = TwilioRegistration()
    templates: TemplateDirectory | None = TwilioTemplates()
    media: MediaSource | None = TwilioMedia()
    backlog: Backlog | None = TwilioBacklog()
    witness: Witness | None = TwilioWitness()
    #: An empty TwiML document: another content type is logged as error 12300 (wire.md §4.1).
    answer: WebhookAnswer | None = WebhookAnswer("<Response></Response>", "text/xml")

    def number(self, settings: TwilioSettings) -> str:
        """The business number, "+15550104477", which every webhook names."""
        return settings.number

    def account(self, settings: TwilioSettings) -> str:
        """The account's SID."""
        return settings.account_sid

    def handshake(self, query: Mapping[str, str], settings: Sequence[TwilioSettings]) -> str | None:
        """None: Twilio asks no address before it uses it."""
        return None

    def scan(self, body: bytes) -> tuple[str, ...]:
        """See `scan.scan`."""
        return scan(body)

    def secret_headers(self, settings: TwilioSettings) -> tuple[str, ...]:
        """None: Twilio signs."""
        return ()

    def verify(self, request: WebhookRequest, settings: TwilioSettings) -> bool:
        """See `verify.verify`."""
        return authentic.verify(request, settings)

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """See `parse.parse`."""
        return parse(body, query)

    def scrub(self, body: bytes) -> bytes:
        """See `scrub.scrub`."""
        return scrub(body)

    def render(self, message: Outbound) -> Rendered:
        """See `render.render`."""
        return render(message)

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: TwilioSettings) -> SendSteps:
        """See `send.send`."""
        return send(part, to, correlation, settings)

    def simulator(self) -> Any:
        """A stand-in for Twilio's servers; loaded only when asked for."""
        from providers.twilio.simulator import TwilioSimulator

        return TwilioSimulator
