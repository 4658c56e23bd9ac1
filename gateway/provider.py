"""What a provider implements: pure functions at the edge of the gateway.

A provider never touches the network, the database or the clock. It verifies and parses bytes, renders
our messages into its own, and conducts a send as a generator that yields HTTP requests and is given
the answers; the gateway does the calling, the pacing, the retrying and the remembering.

Load it through the entry point group ``gateway.providers``; the object found there is an instance.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeVar

from msgspec import Struct

from gateway.errors import GatewayError
from gateway.model.capability import Capabilities, Loss
from gateway.model.event import Event, Identity
from gateway.model.finding import Finding
from gateway.model.outbound import Outbound
from gateway.model.template import Sample, TemplateDefinition

#: What a failure means for us. The decision hangs on the class, never on the text.
ErrorClass = Literal[
    "auth",  # the token: pause the channel until it is renewed, the intake goes on
    "permission",  # not allowed to do this: pause, but give the message up after some tries
    "rate_limited",  # the number is too fast: slow it, retry
    "pair_limited",  # too fast for this contact: the conversation waits, retry
    "maintenance",  # not sent; retry in minutes
    "unavailable",  # says that it was not sent; retry with backoff
    "ambiguous",  # may have been sent: in doubt
    "window_closed",
    "undeliverable",
    "opted_out",
    "ecosystem_limited",  # per-user marketing caps: no retry for a day
    "account",  # spam, policy, locked: pause the channel
    "payment",
    "template",
    "media",
    "invalid",
    "identity_changed",
    "unknown",
]

#: Classes that say "not sent, try again".
RETRYABLE: frozenset[str] = frozenset({"rate_limited", "pair_limited", "maintenance", "unavailable"})


class ProviderError(GatewayError):
    """A provider's refusal or failure, with the decision it carries.

    *kind* decides; *retry_after* is seconds, when the provider says so; *hint* is for a person.
    """

    def __init__(
        self,
        kind: ErrorClass,
        *,
        code: int = 0,
        subcode: int = 0,
        title: str = "",
        details: str = "",
        hint: str = "",
        http: int = 0,
        retry_after: float | None = None,
    ) -> None:
        self.kind: ErrorClass = kind
        self.code, self.subcode, self.http = code, subcode, http
        self.title, self.details, self.hint = title, details, hint
        self.retry_after = retry_after
        told = f"{kind} (code {code})" if code else kind  # what we find ourselves has no code
        super().__init__(f"{told}: {title}" + (f" — {hint}" if hint else ""))

    @property
    def retryable(self) -> bool:
        """Whether the same request may be made again without fear of a second message."""
        return self.kind in RETRYABLE


class TemplateNameTaken(ProviderError):
    """A template's name cannot be used: it was deleted lately, or stands for another category."""


class WebhookRequest(Struct, frozen=True):
    """What `verify` sees. Header names are lower-case; each maps to all values that came."""

    path: str
    query: str
    headers: Mapping[str, Sequence[str]]
    body: bytes


class HttpRequest(Struct, frozen=True):
    """One call for the gateway to make. *sends* marks the call that may put a message on its way:
    when its answer is lost, the send is in doubt; when the answer to another is lost, it is not sent."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    sends: bool = True
    #: Bytes of the answer that are read; what is longer is cut off.
    limit: int = 64 * 1024


class HttpAnswer(Struct, frozen=True):
    """What came back. Header names are lower-case. *body* is capped at the request's `limit`."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Accepted(Struct, frozen=True, omit_defaults=True):
    """The provider took the part. *held* when it says that it will look at it first.
    *identities* are names of the recipient that the answer told (a wa_id that differs)."""

    message_id: str
    held: bool = False
    identities: tuple[Identity, ...] = ()


class Rendered(Struct, frozen=True):
    """A message in the provider's terms: one body or more, sent in order, and what was lost."""

    parts: tuple[dict[str, Any], ...]
    losses: tuple[Loss, ...] = ()


class ParseFailure(Struct, frozen=True):
    """A piece of an authentic webhook that could not be read; it is kept, its neighbours go on."""

    reason: str
    raw: bytes


class Parsed(Struct, frozen=True, gc=False):
    """All that a webhook held."""

    events: tuple[Event, ...] = ()
    failures: tuple[ParseFailure, ...] = ()


T = TypeVar("T")

#: Work at a provider, conducted by the gateway: yields requests, is sent the answers, returns a result or
#: raises ProviderError.
Steps = Generator[HttpRequest, HttpAnswer, T]
#: A send: returns what was accepted.
SendSteps = Steps[Accepted]


class Receipts(Protocol):
    """The signals that a provider has beside messages."""

    def mark_read(self, message_id: str, typing: bool, settings: Any) -> Steps[None]:
        """Mark the contact's message as read, and show that an answer is being written if *typing*."""


class Registration(Protocol):
    """Where a provider sends a channel's webhooks, and how the channel is."""

    def register(self, callback: str, settings: Any) -> Steps[tuple[str, ...]]:
        """Have the channel's webhooks sent to the URL *callback*; a sentence for each thing that was done.

        The provider may call *callback* for a handshake while this runs."""

    def check(self, callback: str, settings: Any) -> Steps[tuple[Finding, ...]]:
        """What the provider says of the channel's token, number, account and webhook. *callback* is "" when
        our own address is not known."""

    def knock(self, callback: str, settings: Any) -> Steps[str]:
        """Ask *callback* as the provider will before it uses it; "" when it answers as it should, else
        what is wrong with what answers there."""


class TemplateDirectory(Protocol):
    """The templates of a provider's account."""

    def account(self, settings: Any) -> str:
        """The account that the channel's templates belong to; "" when the settings do not say."""

    def list(self, settings: Any) -> Steps[tuple[TemplateDefinition, ...]]:
        """Every template of the account, all pages."""

    def create(
        self, definition: TemplateDefinition, settings: Any, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Submit a new one; *definition* with its provider id, status and category.

        *samples* are the files that the definition's headers name with `sample`, by that name. Raises
        `TemplateNameTaken` when only another name will do."""

    def edit(
        self, definition: TemplateDefinition, settings: Any, samples: Mapping[str, Sample]
    ) -> Steps[TemplateDefinition]:
        """Replace the content of the one with *definition*'s provider id, whose status it says."""

    def delete(self, definition: TemplateDefinition, settings: Any) -> Steps[None]:
        """Delete the one with *definition*'s provider id; without an id, all languages of its name."""


class Provider(Protocol):
    """One provider. *S* below is its own frozen Settings Struct, decoded from the channel's settings."""

    name: str
    #: Whether it comes back with a webhook that was answered 503.
    redelivers: bool
    #: Decoded strictly from ``[tenants.channels.settings]``; fields named in `secret_fields` are encrypted.
    Settings: type[Struct]
    secret_fields: frozenset[str]
    capabilities: Capabilities
    #: What not every provider has; None, or left out, when it does not.
    receipts: Receipts | None
    registration: Registration | None
    templates: TemplateDirectory | None

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

    def verify(self, request: WebhookRequest, settings: Any) -> bool:
        """Whether *request* was made by the provider for this channel's app."""

    def parse(self, body: bytes) -> Parsed:
        """All events of an authentic webhook. Never raises: what cannot be read is among the failures."""

    def scrub(self, body: bytes) -> bytes:
        """The webhook *body* without a person in it, for fixtures: the same shape, other names, words and
        numbers. Raises ValueError for what is no webhook. May be left out; then nothing is recorded."""

    def render(self, message: Outbound) -> Rendered:
        """*message* in the provider's terms. Raises `SendRefused` naming the field and its limit."""

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: Any) -> SendSteps:
        """Conduct the send of one rendered part to *to* ("+34600111222" or a user id)."""

    def simulator(self) -> Any:
        """A stand-in for the provider's servers, for tests and the demo."""
