"""Days and times of day, as people write them."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from gateway.flows import fields
from tests.flows.fields.reading import NOW, read, refusal
from tests.support.examples import examples

TODAY = date(2026, 11, 18)
CHRISTMAS = date(2026, 12, 24)
LOCALES = [("en", "KE"), ("en", "US"), ("en", "GB"), ("es", "ES"), ("es", "MX"), ("sw", "KE"), ("sw", "TZ")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY), ("Leo", TODAY), ("hoy", TODAY), ("tomorrow", date(2026, 11, 19)),
        ("kesho", date(2026, 11, 19)), ("mañana", date(2026, 11, 19)), ("kesho kutwa", date(2026, 11, 20)),
        ("the day after tomorrow", date(2026, 11, 20)), ("pasado mañana", date(2026, 11, 20)),
        ("Friday", date(2026, 11, 20)), ("this friday", date(2026, 11, 20)),
        ("el viernes", date(2026, 11, 20)),
        ("Ijumaa", date(2026, 11, 20)), ("siku ya ijumaa", date(2026, 11, 20)), ("wed", date(2026, 11, 25)),
        ("in 3 days", date(2026, 11, 21)), ("dentro de dos semanas", date(2026, 12, 2)),
        ("baada ya siku 3", date(2026, 11, 21)), ("in a week", date(2026, 11, 25)),
        ("24/12", CHRISTMAS), ("24.12.", CHRISTMAS), ("24-12-26", CHRISTMAS), ("24/12/2026", CHRISTMAS),
        ("12/24", CHRISTMAS), ("2026-12-24", CHRISTMAS), ("24 Dec", CHRISTMAS), ("Dec 24th, 2026", CHRISTMAS),
        ("24th of December", CHRISTMAS), ("24 de diciembre", CHRISTMAS), ("tarehe 24 Desemba", CHRISTMAS),
        ("Thu 24 Dec", CHRISTMAS), ("24-Dec-2026", CHRISTMAS), ("٢٤/١٢", CHRISTMAS),
        ("17/11", date(2027, 11, 17)), ("18/11", TODAY), ("29 feb", date(2028, 2, 29)),
        ("24", date(2026, 11, 24)), ("the 3rd", date(2026, 12, 3)), ("24/12/85", date(1985, 12, 24)),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_writing(text: str, day: date) -> None:
    """Relative to the day of the answer; without a year it is the next one."""
    assert read(fields.date, text) == day


@pytest.mark.parametrize(
    "text", ["", "soon", "31/2", "99/99", "0/0", "December", "next friday", "24 25 26", "1/2/3/4"]
)
def test_what_is_no_day_is_asked_again(text: str) -> None:
    """Also what two people read as two days ("next Friday")."""
    assert refusal(fields.date, text) == "Please write a day, such as 2026-11-25 or “tomorrow”."


def test_a_day_is_in_the_zone_of_the_tenant() -> None:
    """It is tomorrow already in Auckland, and a zone that nobody knows is UTC."""
    assert read(fields.date, "today", time_zone="Pacific/Auckland") == date(2026, 11, 19)
    assert read(fields.date, "today", time_zone="Africa/") == read(fields.date, "today", time_zone="UTC")


def test_the_month_comes_first_where_the_country_writes_it_so() -> None:
    """ "3/4" is a day of March in the United States."""
    assert read(fields.date, "3/4", country="US") == date(2027, 3, 4)
    assert read(fields.date, "3/4", country="KE") == read(fields.date, "3/4", country="") == date(2027, 4, 3)


def test_limits_choose_the_year_and_are_said() -> None:
    """A birthday is in the past, a visit is not; a bound counts from the day of the answer."""
    assert read(fields.date(before="today"), "24/12") == date(2025, 12, 24)
    assert read(fields.date(before="today"), "24/12/35") == date(1935, 12, 24)
    coming = fields.date(after="today", before=timedelta(days=31))
    assert read(coming, "kesho") == date(2026, 11, 19)
    said = "Please choose a day from 2026-11-19 to 2026-12-18."
    assert refusal(coming, "today") == refusal(coming, "24/12/2030") == said
    assert refusal(fields.date(after=CHRISTMAS), "today") == "Please choose 2026-12-25 or a later day."
    assert (
        refusal(fields.date(before="tomorrow"), "tomorrow") == "Please choose 2026-11-18 or an earlier day."
    )


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("15:30", 15, 30), ("15.30", 15, 30), ("15h30", 15, 30), ("15", 15, 0), ("3pm", 15, 0),
        ("9 AM", 9, 0),
        ("3:30 p. m.", 15, 30), ("12am", 0, 0), ("12 pm", 12, 0), ("noon", 12, 0), ("medianoche", 0, 0),
        ("at 8:05", 8, 5), ("a las 8 de la noche", 20, 0), ("las 3 y media de la tarde", 15, 30),
        ("3 in the afternoon", 15, 0), ("saa tisa", 15, 0), ("saa 3 asubuhi", 9, 0),
        ("saa mbili usiku", 20, 0),
        ("saa 12 asubuhi", 6, 0), ("saa 12 jioni", 18, 0), ("saa tisa na nusu mchana", 15, 30),
        ("saa 10 alfajiri", 4, 0), ("saa 15:30", 15, 30), ("saa 6 usiku", 0, 0),
    ],
)  # fmt: skip
def test_a_time_is_read_in_every_writing(text: str, hour: int, minute: int) -> None:
    """With halves of the day, and as Swahili counts hours: from six."""
    assert read(fields.time, text) == time(hour, minute)


@pytest.mark.parametrize("text", ["", "3", "25:00", "12:60", "later", "15 pm pm", "13 am"])
def test_what_is_no_time_is_asked_again(text: str) -> None:
    """A bare "3" may be two times."""
    assert refusal(fields.time, text) == "Please write a time, such as 15:30:00."


def test_the_limits_of_a_time_are_said() -> None:
    """Opening hours."""
    field = fields.time(after=time(7, 59), before=time(18))
    assert read(field, "8:00") == time(8)
    assert refusal(field, "7am") == "Please choose a time after 07:59:00."
    assert refusal(field, "18:00") == "Please choose a time before 18:00:00."


@examples(100)
@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.sampled_from(["medium", "long", "full"]),
    st.sampled_from(LOCALES),
)
def test_a_day_comes_back_from_every_locale(day: date, form: str, where: tuple[str, str]) -> None:
    """What Babel writes for a reader is read as the same day; ISO too."""
    assert read(fields.date, format_date(day, form, locale="_".join(where)), *where) == day  # type: ignore[arg-type]
    assert read(fields.date, day.isoformat(), *where) == day


@examples(100)
@given(st.dates(date(2000, 1, 1), date(2045, 1, 1)), st.sampled_from(LOCALES))
def test_a_short_day_comes_back_from_every_locale(day: date, where: tuple[str, str]) -> None:
    """Day and month in the country's order, two digits of a year."""
    assert read(fields.date, format_date(day, "short", locale="_".join(where)), *where) == day


@examples(100)
@given(st.times(), st.sampled_from(LOCALES))
def test_a_time_comes_back_from_every_locale(moment: time, where: tuple[str, str]) -> None:
    """With AM and PM where the country has them."""
    written = format_time(moment, "short", locale="_".join(where))
    assert read(fields.time, written, *where) == moment.replace(second=0, microsecond=0, fold=0)


@examples(100)
@given(
    st.integers(0, 4_000_000_000_000_000), st.sampled_from(["tomorrow", "friday", "24/12", "in 3 days", "24"])
)
def test_a_day_is_the_same_at_each_replay(at: int, text: str) -> None:
    """It depends on when the answer came, not on when it is read."""
    assert read(fields.date, text, at=at) == read(fields.date, text, at=at)
    assert read(fields.date(after="yesterday"), text, at=max(at, NOW)) >= TODAY
