"""Days as people write them: "tomorrow", "kesho", "mañana", "24/12", "24 Dec", "el viernes", "2026-12-24"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale

from gateway.flows.fields.field import Answer
from gateway.flows.fields.locales import locale_of
from gateway.flows.fields.numbers import number
from gateway.flows.fields.plain import SHORT, same

#: Further away than this is a slip of the finger.
YEARS = range(1850, 2200)

_AWAY = {
    "today": 0, "hoy": 0, "leo": 0, "tomorrow": 1, "tmrw": 1, "manana": 1, "kesho": 1,
    "day after tomorrow": 2, "pasado manana": 2, "kesho kutwa": 2, "keshokutwa": 2, "mtondo": 3,
    "yesterday": -1, "ayer": -1, "jana": -1, "anteayer": -2, "antier": -2, "juzi": -2,
    "day before yesterday": -2,
}  # fmt: skip
_SPAN = {
    "day": 1, "days": 1, "dia": 1, "dias": 1, "siku": 1, "week": 7, "weeks": 7, "semana": 7, "semanas": 7,
    "wiki": 7,
}  # fmt: skip
_BETWEEN = "on the of el la los de del dia tarehe ya mwezi wa this este esta coming proximo ijayo"
_FILLERS = frozenset(_BETWEEN.split())
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:t[0-9:.+z-]*)?")
_NUMERIC = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})(?: ?[-/.] ?([0-9]{2}|[0-9]{4}))?")
#: "24 mwezi wa 12".
_MWEZI = re.compile(r" (?:ya )?mwezi wa (?=[0-9])")
_ORDINAL = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|º|°|ª|o|ro|er)?")


def today(answer: Answer) -> date:
    """The day on which *answer* was given, in its zone."""
    moment = datetime(1970, 1, 1, tzinfo=_zone("UTC")) + timedelta(
        microseconds=max(0, min(answer.at, 7_000_000_000_000_000))
    )
    return moment.astimezone(_zone(answer.time_zone)).date()


def days(answer: Answer) -> Iterator[date]:
    """The days that *answer* may mean, the likeliest first: none when it is no day. "24/12" is the next one,
    then the one before: limits choose."""
    if len(answer.text) > SHORT:
        return
    written, now = same(answer.text).strip(" .!?"), today(answer)
    relative = _AWAY.get(written.removeprefix("the "))
    if relative is None:
        relative = _span(written)
    if relative is not None:
        yield from _moved(now, relative)
        return
    exact = _ISO.fullmatch(written)
    if exact is not None:
        yield from _in_years((int(exact[1]),), int(exact[2]), int(exact[3]))
        return
    yield from _named(_words(written), now, answer)


def _moved(day: date, by: int) -> Iterator[date]:
    try:
        yield day + timedelta(days=by)
    except OverflowError:
        return


def _span(written: str) -> int | None:
    words = written.split()
    if words[:1] in (["in"], ["en"]):
        words = words[1:]
    elif words[:2] in (["dentro", "de"], ["baada", "ya"]):
        words = words[2:]
    else:
        return None
    if len(words) != 2:
        return None
    count, unit = (words[1], words[0]) if words[0] in ("siku", "wiki") else (words[0], words[1])
    many = number("1" if count in ("a", "one") else count, places=0)
    each = _SPAN.get(unit)
    if many is None or each is None or not 0 <= many <= 3660 or many != int(many):
        return None
    return int(many) * each


def _words(written: str) -> list[str]:
    """The words and numbers of a day, without what only stands between them."""
    words = _MWEZI.sub("/", written.removeprefix("siku ya ")).replace(",", " ").split()
    kept = [word for word in words if word not in _FILLERS]
    return ["/".join(kept)] if len(kept) == 3 and all(map(str.isdigit, kept)) else kept


def _named(words: list[str], now: date, answer: Answer) -> Iterator[date]:
    """Days with a name in them or none: "24 Dec", "Fri 24", "friday", "24/12", "24th"."""
    months, weekdays = _names(locale_of(answer).language)
    if len(words) == 1:
        weekday = weekdays.get(words[0].rstrip("."))
        if weekday is not None:
            yield from _moved(now, (weekday - now.weekday() - 1) % 7 + 1)
            return
    elif len(words) > 1 and words[0].rstrip(".") in weekdays and words[0].rstrip(".") not in months:
        words = words[1:]
    if len(words) > 1 and words[0].rstrip(".") in weekdays and words[1].rstrip(".") in months:
        words = words[1:]
    if len(words) == 1 and _month_dash(words[0], months):
        words = words[0].replace("/", "-").split("-")
    numeric = _NUMERIC.fullmatch(" ".join(words))
    if numeric is not None:
        yield from _numeric(numeric, now, answer)
    elif 1 <= len(words) <= 3:
        yield from _spelled(words, now, months)


def _month_dash(word: str, months: Mapping[str, int]) -> bool:
    parts = word.replace("/", "-").split("-")
    return len(parts) in (2, 3) and any(part in months for part in parts)


def _numeric(match: re.Match[str], now: date, answer: Answer) -> Iterator[date]:
    first, second = int(match[1]), int(match[2])
    pattern = locale_of(answer).date_formats["short"].pattern
    month_first = bool(answer.country) and pattern.find("M") < pattern.find("d")
    day, month = (second, first) if (month_first and first <= 12) or second > 12 else (first, second)
    yield from _in_years(_years(match[3], now), month, day, None if match[3] else now)


def _spelled(words: list[str], now: date, months: Mapping[str, int]) -> Iterator[date]:
    """A day of a month by its name, with a year or without; a day alone is of this month or the next."""
    if len(words) == 1:
        lone = _ORDINAL.fullmatch(words[0])
        if lone is not None:
            this = [(now.year, now.month), (now.year + now.month // 12, now.month % 12 + 1)]
            found = [day for year, month in this for day in _in_years((year,), month, int(lone[1]))]
            yield from (day for day in found if day >= now)
            yield from (day for day in found if day < now)
        return
    month = next((months[word.rstrip(".")] for word in words[:2] if word.rstrip(".") in months), None)
    rest = [word for word in words if word.rstrip(".") not in months]
    lone = _ORDINAL.fullmatch(rest[0]) if rest else None
    if month is None or lone is None or len(rest) != len(words) - 1:
        return
    year = rest[1].lstrip("'") if len(rest) == 2 else ""
    if year and not (year.isascii() and year.isdigit() and len(year) in (2, 4)):
        return
    yield from _in_years(_years(year, now), month, int(lone[1]), None if year else now)


def _years(written: str | None, now: date) -> tuple[int, ...]:
    """The years that *written* may mean; none written: the coming ones, then those that were."""
    if not written:
        return tuple(now.year + away for away in (*range(9), *range(-1, -9, -1)))
    if len(written) == 4:
        return (int(written),)
    this, past = 2000 + int(written), 1900 + int(written)
    return (this, past) if this <= now.year + 20 else (past, this)


def _in_years(years: tuple[int, ...], month: int, day: int, now: date | None = None) -> Iterator[date]:
    """The day in each of *years* that has it; with *now* those that come before those that were."""
    found = []
    for year in years:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    kept = [each for each in found if each.year in YEARS]
    if now is None:
        yield from kept
        return
    yield from sorted(each for each in kept if each >= now)
    yield from sorted((each for each in kept if each < now), reverse=True)


@lru_cache(64)
def _names(language: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Months and weekdays (Monday is 0) by their names in *language*, English, Spanish and Swahili."""
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {"tues": 1, "thur": 3, "thurs": 3, "mie": 2, "sab": 5}
    for code in dict.fromkeys((language, "en", "es", "sw")):
        locale = Locale.parse(code)
        for table, found in ((locale.months, months), (locale.days, weekdays)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for index, name in table[context][width].items():
                        found.setdefault(same(name).rstrip("."), index)
    return months | {"sept": 9, "set": 9}, weekdays


@lru_cache(256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
