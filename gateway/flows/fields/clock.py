"""`fields.time`: times of day, also as Swahili counts them from six."""

from __future__ import annotations

import re
from datetime import time

from gateway.flows.fields.field import Answer, Field, core
from gateway.flows.fields.numbers import number
from gateway.flows.fields.plain import SHORT, same

_TIME = re.compile(r"([0-9]{1,2})(?: ?[:.h] ?([0-9]{2})(?::[0-9]{2})?)? ?(am|pm|h|hs|hrs|hours|horas)?")
_HALF = re.compile(r"(?<![a-z])([ap])\.? ?m\b\.?")
_PARTS = {
    "asubuhi": "sw", "mchana": "sw", "jioni": "sw", "usiku": "sw", "alfajiri": "sw",
    "in the morning": "am", "in the afternoon": "pm", "in the evening": "pm", "at night": "pm",
    "de la manana": "am", "de la madrugada": "am", "de la tarde": "pm", "de la noche": "pm",
}  # fmt: skip
_WHOLE = {
    "noon": time(12), "midday": time(12), "mediodia": time(12), "al mediodia": time(12), "adhuhuri": time(12),
    "midnight": time(0), "medianoche": time(0), "a medianoche": time(0),
}  # fmt: skip
_BITS = {" na nusu": 30, " na robo": 15, " y media": 30, " y cuarto": 15}


class Time(Field[time]):
    """A time of day: "15:30", "3pm", "3:30 p. m.", "15h30", "3 de la tarde", "saa tisa na nusu mchana" (which
    is 15:30: Swahili counts from six). A bare hour below 13 is asked again. *after* and *before* do not count
    themselves."""

    def __init__(self, *, after: time | None = None, before: time | None = None) -> None:
        self.after, self.before = after, before

    def __call__(self, *, after: time | None = None, before: time | None = None) -> Time:
        """The same with limits."""
        return Time(after=after, before=before)

    def read(self, answer: Answer) -> time:
        """The time. Raises `Invalid`."""
        found = _time(answer.text) if len(answer.text) <= SHORT else None
        if found is None:
            raise core("Please write a time, such as {time}.", time=time(15, 30))
        if self.after is not None and found <= self.after:
            raise core("Please choose a time after {after}.", after=self.after)
        if self.before is not None and found >= self.before:
            raise core("Please choose a time before {before}.", before=self.before)
        return found


def _time(text: str) -> time | None:
    written = _HALF.sub(r"\1m", same(text)).strip(" .!?")
    for filler in ("at ", "a las ", "a la ", "las ", "la "):
        written = written.removeprefix(filler)
    if written in _WHOLE:
        return _WHOLE[written]
    swahili, written = written.startswith("saa "), written.removeprefix("saa ")
    part = next((part for part in _PARTS if written.endswith(" " + part)), "")
    written = written.removesuffix(part).rstrip()
    extra = 0
    for bit, minutes in _BITS.items():
        if written.endswith(bit):
            written, extra = written.removesuffix(bit), minutes
    match = _TIME.fullmatch(_hour(written))
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0) + extra, match[3] or ""
    if half not in ("am", "pm") and (swahili or _PARTS.get(part) == "sw") and 1 <= hour <= 12:
        return _made(_from_six(hour, part), minute)
    if half in ("am", "pm") or _PARTS.get(part) in ("am", "pm"):
        return _of_half(hour, minute, half if half in ("am", "pm") else _PARTS[part])
    return _made(hour, minute) if match[2] or half or extra or hour > 12 else None


def _hour(written: str) -> str:
    """*written* with an hour in words as a number: "saa tisa", "las tres"."""
    spoken = None if any(map(str.isdigit, written)) else number(written, places=0)
    return written if spoken is None else str(int(spoken))


def _of_half(hour: int, minute: int, half: str) -> time | None:
    if hour == 0 or hour > 12:
        return _made(hour, minute) if (hour > 12) == (half == "pm") else None
    return _made(hour % 12 + (12 if half == "pm" else 0), minute)


def _from_six(hour: int, part: str) -> int:
    """The hour that Swahili calls *hour*: the first hour of the day is seven, that of the night nineteen."""
    if part == "usiku" or (part == "alfajiri" and hour >= 8):
        return (hour + 18) % 24
    if part in ("asubuhi", "alfajiri") and hour == 12:
        return 6
    return hour + 6


def _made(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None
