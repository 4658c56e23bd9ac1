"""How long a file is asked for again: a pure function of what went wrong, the attempt and the time."""

from __future__ import annotations

from typing import Literal

from gateway.clock import DAY, HOUR, SECOND
from gateway.errors import GatewayError
from gateway.provider import ErrorClass

#: Why a file could not be had. It stands in the row, in the API and in `MediaFailed`.
Reason = Literal[
    "gone",  # the provider does not have it (any more)
    "blocked",  # its link leads where it must not
    "too_large",  # more bytes than [media] allows
    "unauthorized",  # our token may not have it
    "unavailable",  # nobody answered, or not with the file
    "no_channel",  # its channel is not configured
    "no_source",  # its provider has no files
]

_FIRST, _CAP = 2.0, 3600.0
#: Providers keep files for days: a token that is dead may be renewed until then.
_PATIENCE: dict[Reason, int] = {"unavailable": DAY, "unauthorized": 6 * DAY, "no_channel": 6 * DAY}


class Failure(GatewayError):
    """A file did not come. *retry_after* is seconds, when somebody said so."""

    def __init__(self, reason: Reason, why: str, retry_after: float = 0.0) -> None:
        self.reason, self.retry_after = reason, retry_after
        super().__init__(f"{reason}: {why}")


def reason_of(kind: ErrorClass) -> Reason:
    """What a provider's refusal means for a file."""
    if kind == "media":
        return "gone"
    return "unauthorized" if kind in ("auth", "permission", "account") else "unavailable"


def pause(failure: Failure, attempt: int, age: int, chance: float) -> float | None:
    """Seconds until the next attempt; None to give up. *attempt* is 1 for the first, *age* microseconds since
    the message came, *chance* uniform in [0, 1)."""
    patience = _PATIENCE.get(failure.reason, 0)
    delay = min(_CAP, _FIRST * 2.0 ** min(attempt - 1, 20)) * (0.5 + chance / 2)
    delay = max(delay, min(failure.retry_after, 6 * HOUR / SECOND))
    return delay if age + delay * SECOND < patience else None
