"""What to do about a failed send: a pure function of the error, the attempt and the time."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.provider import ProviderError

#: accepted is not here: it is no failure. retry: not sent, try again. later: not sent, not today.
#: doubt: may have been sent.
Verdict = Literal["retry", "later", "doubt", "dead"]
Brake = Literal["", "number", "channel"]

CAP = 15 * 60.0
BASE = 1.0
#: How long a contact who had enough marketing is left in peace (131049: "24 hours at least").
QUIET = 24 * 3600.0
SPREAD = 3600.0


#: How often a message is tried that the token may not send, a minute apart.
PERMISSION_TRIES = 5


class Decision(Struct, frozen=True):
    """*delay* in seconds until the retry; *brake* what else has to stop; *reason* for a dead letter, or
    for a message that waits."""

    verdict: Verdict
    delay: float = 0.0
    brake: Brake = ""
    reason: str = ""


def decide(error: ProviderError, attempt: int, chance: float, life: float = 0.0) -> Decision:
    """The decision for the failed *attempt* (1 is the first). *chance* is uniform in [0, 1). *life* is for
    how many seconds a template may still wait; 0 for a part that is none and answers somebody now."""
    match error.kind:
        case "ambiguous":
            return Decision("doubt")
        case "auth":
            return Decision("retry", brake="channel")
        case "permission":
            # One message may lack what the others need not: it must not hold them up for ever.
            again = attempt < PERMISSION_TRIES
            return Decision("retry" if again else "dead", brake="channel" if again else "", reason="rejected")
        case "rate_limited":
            return Decision("retry", _delay(error, attempt, chance), brake="number")
        case "pair_limited":
            return Decision("retry", error.retry_after or min(CAP, 4.0 ** min(attempt - 1, 5)))
        case "maintenance":
            return Decision("retry", max(60.0, _delay(error, attempt, chance)))
        case "unavailable":
            return Decision("retry", _delay(error, attempt, chance))
        case "ecosystem_limited" if error.retry_after and QUIET + chance * SPREAD < life:
            return Decision("later", QUIET + chance * SPREAD, reason="ecosystem_limited")
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


def cause(error: ProviderError) -> str:
    """The cause of a doubt, as the metric's closed set names it."""
    if error.title in ("timeout", "reset"):
        return error.title
    return "server_error" if error.http >= 500 else "no_id"
