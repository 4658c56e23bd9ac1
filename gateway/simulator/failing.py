"""Errors that the next messages meet, because a test wishes so."""

from __future__ import annotations

from collections import deque


class Failing:
    """Each wish comes true once, the oldest that fits first."""

    def __init__(self) -> None:
        self._wishes: deque[tuple[str, int]] = deque()

    def add(self, phone: str, code: int) -> None:
        """The next message to *phone* ("" is anybody) meets *code*."""
        self._wishes.append((phone, code))

    def first(self, phone: str, code: int) -> None:
        """The next message to *phone* meets *code*, whatever else was wished."""
        self._wishes.appendleft((phone, code))

    def take(self, phone: str) -> int:
        """What a message to *phone* meets; 0 for nothing."""
        for wish in self._wishes:
            if wish[0] in ("", phone):
                self._wishes.remove(wish)
                return wish[1]
        return 0
