"""What a provider's refusal means: a class that carries the decision, and a hint for a person."""

from __future__ import annotations

from typing import Literal

from gateway.errors import GatewayError

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
    "opted_out",  # the contact wants nothing of this business
    "marketing_opted_out",  # the contact wants no marketing of it
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
