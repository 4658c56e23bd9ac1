"""The port itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from gateway.model.capability import Capabilities, Loss
from gateway.model.outbound import Outbound
from gateway.provider.offers import Backlog, MediaSource, Receipts, Registration, TemplateDirectory, Witness
from gateway.provider.steps import SendSteps
from gateway.provider.webhook import Parsed, WebhookAnswer, WebhookRequest


class Rendered(Struct, frozen=True):
    """A message in the provider's terms: one body or more, sent in order, and what was lost."""

    parts: tuple[dict[str, Any], ...]
    losses: tuple[Loss, ...] = ()


class Provider(Protocol):
    """One provider. *S* below is its own frozen Settings Struct, decoded from the channel's settings."""

    name: str
    #: Whether it comes back with a webhook that was answered 503.
    redelivers: bool
    #: Whether its webhooks are signed over the address that it calls: then [server] public_url must be set.
    #: False when left out.
    signs_address: bool
    #: Lower-case names of the headers that `verify` reads; they are kept with the webhook. None
    #: when left out.
    signature_headers: tuple[str, ...]
    #: Decoded strictly from ``[tenants.channels.settings]``; fields named in `secret_fields` are encrypted.
    Settings: type[Struct]
    secret_fields: frozenset[str]
    capabilities: Capabilities
    #: What not every provider has; None, or left out, when it does not.
    receipts: Receipts | None
    registration: Registration | None
    templates: TemplateDirectory | None
    media: MediaSource | None
    backlog: Backlog | None
    witness: Witness | None
    #: What a webhook is answered with; None for an empty 200.
    answer: WebhookAnswer | None

    def number(self, settings: Any) -> str:
        """The business number's id at the provider: what `Event.number` will say."""

    def handshake(self, query: Mapping[str, str], settings: Sequence[Any]) -> str | None:
        """The text to answer a GET verification with, or None when no channel's token matches."""

    def account(self, settings: Any) -> str:
        """The id of the account that the number belongs to: what `ChannelEvent.account` will say. "" when
        the settings do not tell."""

    def scan(self, body: bytes) -> tuple[str, ...]:
        """At most four ids of numbers that *body* names, or of accounts when it names no number, found
        without decoding it (app-wide URL)."""

    def secret_headers(self, settings: Any) -> tuple[str, ...]:
        """Lower-case names of headers that `verify` reads and that hold a secret themselves: they are shown
        to it and never stored. May be left out."""

    def verify(self, request: WebhookRequest, settings: Any) -> bool:
        """Whether *request* was made by the provider for this channel's app."""

    def parse(self, body: bytes, query: str = "") -> Parsed:
        """All events of an authentic webhook, of which *query* is the URL's query as it came. Never raises:
        what cannot be read is among the failures."""

    def scrub(self, body: bytes) -> bytes:
        """The webhook *body* without a person in it, for fixtures: the same shape, other names, words and
        numbers. Raises ValueError for what is no webhook. May be left out; then nothing is recorded."""

    def render(self, message: Outbound) -> Rendered:
        """*message* in the provider's terms. The gateway has fitted it to `capabilities` before (see
        `gateway.fit`), so this may be strict. Raises `SendRefused` naming the field and its limit."""

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: Any) -> SendSteps:
        """Conduct the send of one rendered part to *to* ("+34600111222" or a user id)."""

    def simulator(self) -> Any:
        """A stand-in for the provider's servers: a class that makes a `gateway.simulator.Simulator`."""
