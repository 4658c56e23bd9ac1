"""`fields.date`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from gateway.flows.fields.calendar import days, today
from gateway.flows.fields.field import Answer, Field, Invalid, core

#: A day, or one counted from the day of the answer.
Bound = date | timedelta | Literal["yesterday", "today", "tomorrow"] | None

_AWAY = {"yesterday": -1, "today": 0, "tomorrow": 1}


class Date(Field[date]):
    """A day: "tomorrow", "kesho", "mañana", "friday", "in 3 days", "24/12", "24 Dec", "2026-12-24", in the
    tenant's zone, on the day when it was answered. "24/12" is day and month, except where the contact's
    country writes them the other way round; without a year it is the next one that the limits allow.

    The day has to come *after* and *before* these days, which do not count themselves: ``after="yesterday"``
    takes today; a `timedelta` counts from today."""

    def __init__(self, *, after: Bound = None, before: Bound = None) -> None:
        self.after, self.before = after, before

    def __call__(self, *, after: Bound = None, before: Bound = None) -> Date:
        """The same with limits."""
        return Date(after=after, before=before)

    def read(self, answer: Answer) -> date:
        """The day. Raises `Invalid`."""
        now = today(answer)
        after, before = _day(self.after, now), _day(self.before, now)
        found = list(days(answer))
        for day in found:
            if (after is None or day > after) and (before is None or day < before):
                return day
        if found:
            raise _outside(after, before)
        raise core("Please write a day, such as {day} or “tomorrow”.", day=now + timedelta(days=7))


def _day(bound: Bound, now: date) -> date | None:
    if isinstance(bound, str):
        return now + timedelta(days=_AWAY[bound])
    return now + bound if isinstance(bound, timedelta) else bound


def _outside(after: date | None, before: date | None) -> Invalid:
    one = timedelta(days=1)
    if after is not None and before is not None:
        return core("Please choose a day from {first} to {last}.", first=after + one, last=before - one)
    if after is not None:
        return core("Please choose {first} or a later day.", first=after + one)
    assert before is not None
    return core("Please choose {last} or an earlier day.", last=before - one)
