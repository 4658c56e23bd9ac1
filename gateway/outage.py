"""An outage of the database as a stage of ours tells it: once when it begins, and once when it is over."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from gateway.errors import SerializationFailure, StoreUnavailable

#: What a stage tries again.
AWAY: tuple[type[Exception], ...] = (StoreUnavailable, SerializationFailure)


class Outage:
    """``with outage:`` around what asks the database: an error that says it is away (one *of* these) is told
    and goes no further. *away* and *back* are the events of the log."""

    def __init__(self, log: Any, away: str, back: str, *, of: tuple[type[Exception], ...] = AWAY) -> None:
        self._log, self._away, self._back, self._of = log, away, back, of
        #: Whether the last that was heard is that it is away.
        self.lasts = False

    def __enter__(self) -> None:
        """Try."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self.over()
        elif isinstance(error, self._of):
            self.begun(error)
            return True
        return False

    def begun(self, error: Exception) -> None:
        """The database has not done what it was asked for."""
        if not self.lasts:
            self.lasts = True
            self._log.error(self._away, problem=type(error).__name__, hint="it is tried again until it works")

    def over(self) -> None:
        """It has."""
        if self.lasts:
            self.lasts = False
            self._log.info(self._back)
