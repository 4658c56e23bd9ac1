"""How much of one contact is answered: a pure state machine for each (tenant, contact).

::

    answered --more than *limit* messages within a minute--------------------> muted
    muted    --a minute later at most half of *limit* came within a minute---> answered
    answered --`mute`: a machine answers us----------------------------------> muted, for the loop
    muted, for the loop --nothing came for ten minutes-----------------------> answered

Half of it, so that who writes a little too fast is not muted and answered in turns. The times are those at
which the contact wrote, so that what a provider brings late at once is no flood.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Literal

from gateway.clock import MINUTE

Reason = Literal["flood", "loop"]
#: "go": answer it. "mute": the first that is not answered. "muted": another. "release": answer it, and again
#: from now on.
Verdict = Literal["go", "mute", "muted", "release"]
#: A contact of a tenant.
Key = tuple[str, str]

WINDOW, CALM = MINUTE, 10 * MINUTE
#: Contacts that are remembered; of the quiet ones the longest unheard goes first.
KEPT = 20_000


class _Heard:
    """The last minute of one contact: when each event was written."""

    __slots__ = ("last", "newest", "reason", "since", "times", "verdict")

    def __init__(self) -> None:
        self.times: dict[str, int] = {}
        self.reason: Reason | None = None
        self.since = self.newest = 0
        self.last = ""
        self.verdict: Verdict = "go"


class Mutes:
    """All contacts of a process."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._known: OrderedDict[Key, _Heard] = OrderedDict()
        self._kept = kept

    def heard(self, key: Key, event: str, at: int, limit: int) -> Verdict:
        """What is to be done about *event*, written at *at* (microseconds UTC) by the contact *key*. Asked
        again about the newest one, the answer is the same."""
        heard = self._of(key)
        if heard.last == event:
            return heard.verdict
        before, heard.newest = heard.newest, max(heard.newest, at)
        heard.times[event] = at
        begin = heard.newest - WINDOW
        heard.times = {each: when for each, when in heard.times.items() if when > begin}
        while len(heard.times) > limit + 1:
            del heard.times[next(iter(heard.times))]
        heard.last, heard.verdict = event, _judge(heard, before, limit)
        return heard.verdict

    def is_last(self, key: Key, event: str) -> bool:
        """Whether *event* is what was heard of *key* last."""
        heard = self._known.get(key)
        return heard is not None and heard.last == event

    def reason(self, key: Key) -> Reason | None:
        """Why *key* is muted; None when it is not."""
        heard = self._known.get(key)
        return heard.reason if heard is not None else None

    def mute(self, key: Key, reason: Reason, at: int) -> None:
        """From *at* on nothing of *key* is answered. The event that was heard last is the first such."""
        heard = self._of(key)
        heard.reason, heard.since, heard.newest, heard.verdict = reason, at, max(heard.newest, at), "mute"

    def load(self, rows: Iterable[tuple[Key, Reason]], now: int) -> None:
        """Contacts that another process has muted, or one before this: as if it were now, for nothing is
        known of what they wrote."""
        for key, reason in rows:
            if (known := self._known.get(key)) is None or known.reason is None:
                heard = self._of(key)
                heard.reason, heard.since, heard.newest = reason, now, max(heard.newest, now)

    def __len__(self) -> int:
        return len(self._known)

    def _of(self, key: Key) -> _Heard:
        heard = self._known.get(key)
        if heard is None:
            heard = self._known[key] = _Heard()
            if len(self._known) > self._kept:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return heard


def _judge(heard: _Heard, before: int, limit: int) -> Verdict:
    """*before* is when the contact wrote before this."""
    count = len(heard.times)
    if heard.reason is None:
        if count <= limit:
            return "go"
        heard.reason, heard.since = "flood", heard.newest
        return "mute"
    if heard.reason == "loop":
        quiet = heard.newest - before >= CALM
    else:
        quiet = heard.newest - heard.since >= WINDOW and count <= max(1, limit // 2)
    if not quiet:
        return "muted"
    heard.reason = None
    return "release"
