"""The connection overrides in a webhook URL's fragment: how often Twilio tries, and after what
(wire.md §4.1; the names are Twilio's: rc count, rp policy, rt read, tt total, in milliseconds)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

#: Twilio takes no more.
MOST_TRIES, LONGEST = 5, 15_000


class Overrides(Struct, frozen=True):
    """*retries* after the first try, for failures of the kinds *after* ("4xx", "5xx", "ct" no connection,
    "rt" no answer in time, "all"). Seconds; None is what Twilio does anyway."""

    retries: int = 0
    after: frozenset[str] = frozenset({"ct"})
    read: float | None = None
    total: float | None = None

    def wants(self, failure: str) -> bool:
        """Whether to try again after a failure of this kind."""
        return "all" in self.after or failure in self.after


def overrides(url: str) -> Overrides:
    """What the fragment of *url* asks for; without one nothing is tried again. Values that make no sense
    are passed over, as Twilio does."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    after = frozenset(given["rp"].split(",")) if given.get("rp") else frozenset({"ct"})
    return Overrides(
        retries=min(_whole(given.get("rc")) or 0, MOST_TRIES),
        after=after,
        read=_seconds(given.get("rt")),
        total=_seconds(given.get("tt")),
    )


def _whole(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 9 else None


def _seconds(value: str | None) -> float | None:
    found = _whole(value)
    return None if not found else min(found, LONGEST) / 1000
