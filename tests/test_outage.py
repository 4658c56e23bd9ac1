"""A stage says once that the database is away, and once that it is back."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.outage import Outage


class Lines:
    """What was logged: the level and the event."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def error(self, event: str, **more: Any) -> None:
        assert {"problem", "hint"} == more.keys()
        self.told.append(("error", event))

    def info(self, event: str) -> None:
        self.told.append(("info", event))


def asked(outage: Outage, error: Exception | None) -> None:
    with outage:
        if error is not None:
            raise error


def test_an_outage_is_told_at_its_beginning_and_its_end() -> None:
    """However often the stage tries meanwhile; the next one is told again."""
    lines = Lines()
    outage = Outage(lines, "x.store_away", "x.store_back")
    away, crossed = StoreUnavailable("away"), SerializationFailure("crossed")
    lasted = []
    for error in (None, away, crossed, away, None, None, away):
        asked(outage, error)
        lasted.append(outage.lasts)

    begun, over = ("error", "x.store_away"), ("info", "x.store_back")
    assert lines.told == [begun, over, begun]
    assert lasted == [False, True, True, True, False, False, True]


def test_other_errors_are_passed_on() -> None:
    """They are no outage, and say nothing of one that lasts."""
    lines = Lines()
    outage = Outage(lines, "x.waiting", "x.store_back", of=(OSError,))
    asked(outage, OSError("the disk is full"))
    with pytest.raises(StoreUnavailable):
        asked(outage, StoreUnavailable("away"))

    assert outage.lasts
    assert lines.told == [("error", "x.waiting")]
