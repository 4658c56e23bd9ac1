"""What to do about a failed send: a pure function of the error, the attempt and the time."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.provider import ProviderError

#: accepted is not here: it is no failure. retry: not sent, try again. doubt: may have been sent.
Verdict = Literal["retry", "doubt", "dead"]
Brake = Literal["", "number", "channel"]

CAP = 15 * 60.0
BASE = 1.0


class Decision(Struct, frozen=True):
    """*delay* in seconds until the retry; *brake* what else has to stop; *reason* for a dead letter."""

    verdict: Verdict
    delay: float = 0.0
    brake: Brake = ""
    reason: str = ""


def decide(error: ProviderError, attempt: int, chance: float) -> Decision:
    """The decision for the failed *attempt* (1 is the first). *chance* is uniform in [0, 1)."""
    match error.kind:
        case "ambiguous":
            return Decision("doubt")
        case "auth":
            return Decision("retry", brake="channel")
        case "rate_limited":
            return Decision("retry", _delay(error, attempt, chance), brake="number")
        case "pair_limited":
            return Decision("retry", error.retry_after or min(CAP, 4.0 ** min(attempt - 1, 5)))
        case "maintenance":
            return Decision("retry", max(60.0, _delay(error, attempt, chance)))
        case "unavailable":
            return Decision("retry", _delay(error, attempt, chance))
        case "account":
            return Decision("dead", brake="channel", reason="rejected")
        case "window_closed":
            return Decision("dead", reason="window_closed")
        case _:
            return Decision("dead", reason="rejected")


def _delay(error: ProviderError, attempt: int, chance: float) -> float:
    """Full jitter; never earlier than the provider asks for."""
    backoff = min(CAP, BASE * 2.0 ** min(attempt - 1, 20)) * chance
    return max(backoff, error.retry_after or 0.0)
