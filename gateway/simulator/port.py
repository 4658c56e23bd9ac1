"""A stand-in for a provider's servers, and what a contact's phone shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from msgspec import Struct

from gateway.simulator.traffic import Traffic


class Tappable(Protocol):
    """A button or a row of a list."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def description(self) -> str: ...


class Seen(Protocol):
    """A message on a contact's phone. *kind* is the provider's own word. *button* is the words of the button
    that opens a list, *media* where its file is (a URL, or the id of an upload)."""

    @property
    def message_id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def header(self) -> str: ...

    @property
    def footer(self) -> str: ...

    @property
    def button(self) -> str: ...

    @property
    def media(self) -> str: ...

    @property
    def options(self) -> Sequence[Tappable]: ...


class SignedWebhook(Struct, frozen=True):
    """An authentic webhook that was not sent. *proof* are the lower-case names of the headers that
    authenticate it, *covers* what they vouch for: a password in a header vouches for nothing. *query* is
    what belongs behind the URL's "?"."""

    headers: dict[str, str]
    body: bytes
    proof: tuple[str, ...]
    query: str = ""
    covers: tuple[Literal["body", "url"], ...] = ("body",)


class Temper(Protocol):
    """How a simulator may misbehave. Probabilities are 0 to 1, times are seconds."""

    #: Probability that a message is accepted and its answer never arrives.
    lose_answers: float
    #: Probability that a message is refused with a passing error (throttling); nothing is accepted.
    refuse: float
    #: Time between the acceptance of a message, with all that follows from it, and its answer.
    hold_answers: float
    #: How often each webhook is delivered.
    duplicate_webhooks: int
    #: The statuses that a delivered message gets, in order, and the time before each.
    statuses: tuple[str, ...]
    status_delay: float
    shuffle_statuses: bool
    #: Contacts that cannot be reached: accepted, then failed.
    unreachable: set[str]
    #: How long a webhook that was not answered with 200 is tried again.
    retry_for: float

    def honest(self) -> None:
        """Refuse whatever the provider refuses: windows, rates, unknown media and contents."""


@runtime_checkable
class Simulator(Temper, Protocol):
    """A stand-in for a provider's servers, on a free port of 127.0.0.1. A contact is a phone number with its
    "+"; it may be made without a visible number by `contact(phone, hidden=True)`.

    `says`, `taps` and `sends` return the new message's id once the gateway has taken the webhook,
    and raise `TimeoutError` when it never does; `taps` raises `LookupError` for what is not offered. `sends`
    takes an inbound kind of ours ("image", "location") with fields of its own; a kind that nobody knows goes
    as the provider would send what it invents tomorrow. *number* is the business number that is written to,
    the first one if left out.
    """

    webhook_url: str
    traffic: Traffic
    #: The inbound kinds of ours that contacts can send. A reaction takes `message_id` and `emoji`, an edit
    #: and a revoke `original_message_id`; all else has usual content.
    kinds: frozenset[str]

    @property
    def number(self) -> str:
        """The (first) business number's id, as `Provider.number` tells it."""

    async def start(self) -> None:
        """Serve on a free port; afterwards `channel_settings` is complete."""

    async def stop(self) -> None: ...

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        """What goes into ``[tenants.channels.settings]``, for the first number or for *number*."""

    def add_number(self, number: str) -> str:
        """One more number ("+15550104478") in the same account, with the same secrets; returns its id."""

    def contact(self, phone: str, **fields: Any) -> Any:
        """The contact with this number, made if need be: `hidden` keeps the number from the business."""

    async def says(self, contact: str, text: str, *, number: str = "") -> str: ...

    async def taps(self, contact: str, reply_id: str, *, number: str = "", message_id: str = "") -> str:
        """*contact* taps what the newest message that has options offers, or the message *message_id*."""

    async def sends(self, contact: str, kind: str, *, number: str = "", **fields: Any) -> str: ...

    def signed(
        self, kind: str = "text", *, contact: str = "", number: str = "", **fields: Any
    ) -> SignedWebhook:
        """The webhook of a new message (of *contact*, or of anybody), authentic and not sent. *fields* as for
        `sends`; a text has `text`. For a provider that signs addresses, `webhook_url` must be set before."""

    def sign(self, body: bytes) -> SignedWebhook:
        """*body* as an authentic webhook, whatever it is."""

    def rotate_secret(self) -> None:
        """Webhooks are signed with a new secret from now on; `channel_settings` has it and the one before."""

    def store_inbound(self, content: bytes, mime_type: str, filename: str = "") -> Any:
        """A file that a contact has; pass what comes back as `media=` to `sends`."""

    def inbox(self, contact: str) -> Sequence[Seen]: ...

    async def wait_for(self, contact: str, count: int, timeout: float) -> Sequence[Seen]:
        """The inbox as soon as it holds *count* messages, or `TimeoutError`."""

    def ticks(self, message_id: str) -> str:
        """The furthest status of a message that the gateway has been told: accepted, sent, read, …"""

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        """`ticks` as soon as they say *status*, or what they say after *timeout*."""

    def fail_next(self, code: int, contact: str = "") -> None:
        """The next message (to *contact*) is refused, or accepted and then fails, with the provider's error
        *code*: whichever the provider does."""

    def revoke_token(self) -> None:
        """The channel's credentials stop to work; `channel_settings` has the new ones."""

    async def settle(self, timeout: float = 15.0) -> None:
        """Wait until every status has been delivered."""

    def hint(self, contact: str, text: str) -> str:
        """A shell command that makes *contact* write *text* (a signed webhook follows)."""

    @property
    def troubles(self) -> Sequence[str]:
        """What went wrong between the simulator and the gateway, in sentences."""


@runtime_checkable
class Bundling(Protocol):
    """What the simulator of a provider has that puts several messages into one webhook."""

    def bundled(self, messages: Sequence[Mapping[str, Any]]) -> SignedWebhook:
        """One authentic webhook with *messages*, each the arguments of `signed`."""


@runtime_checkable
class Hosted(Protocol):
    """What the simulator of a provider has that hands out files at hosts of their own."""

    @property
    def hosts(self) -> Sequence[str]:
        """Origins ("http://127.0.0.1:8080") of files that contacts send, which no setting names."""


@runtime_checkable
class Reading(Protocol):
    """What the simulator of a provider has whose contacts read when a test says so."""

    async def reads(self, contact: str) -> None:
        """*contact* reads what was delivered and not read yet: the business is told. Take "read" out of
        `statuses`, or all is read at once."""
