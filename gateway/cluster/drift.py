"""By how much the database's clock is ahead of ours, so that ids of all processes can follow that one."""

from __future__ import annotations

from collections import deque

#: Answers of which the quickest counts: a few seconds of them.
KEPT = 16


class Drift:
    """Every answer that tells the database's time is heard. Where in its round trip the time was read nobody
    knows: the middle is right to half of it, so the quickest of the last answers counts."""

    def __init__(self) -> None:
        #: Microseconds to add to our clock; 0 until something was heard.
        self.offset = 0
        #: How wide, from, to: the offset was in between.
        self._heard: deque[tuple[int, int, int]] = deque(maxlen=KEPT)

    def heard(self, before: int, database: int, after: int) -> None:
        """The *database* told its time; ours was *before* when it was asked, and *after* when it had
        answered."""
        least, most = database - after, database - before
        if least > most:
            return  # our clock was set back meanwhile
        if self._heard:
            _, low, high = min(self._heard)
            if most < low or least > high:
                self._heard.clear()  # one of the clocks was set
        self._heard.append((most - least, least, most))
        _, low, high = min(self._heard)
        self.offset = (low + high) // 2
