"""How much of one contact is answered, by when it wrote; and who is taken for a machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.house.mutes import Mutes, Verdict
from gateway.pipeline.loops import Echoes, shape_of

SECOND = 1_000_000
ANA = ("duka", "ana")


def heard(mutes: Mutes, *seconds: float, limit: int = 30) -> list[Verdict]:
    """The verdicts about what Ana wrote at *seconds*."""
    return [mutes.heard(ANA, f"{n}-{at}", 10**15 + int(at * SECOND), limit) for n, at in enumerate(seconds)]


def test_the_thirty_first_within_a_minute_is_not_answered() -> None:
    """Thirty are, and the thirtieth; the next is the one that crosses the line, once."""
    verdicts = heard(Mutes(), *range(40))

    assert verdicts == ["go"] * 30 + ["mute"] + ["muted"] * 9


def test_thirty_a_minute_for_ever_are_answered() -> None:
    """The minute slides: two seconds between any two are thirty in a minute."""
    assert set(heard(Mutes(), *[n * 2.0 for n in range(500)])) == {"go"}


def test_who_goes_on_a_little_slower_stays_muted_and_who_rests_is_heard() -> None:
    """Twenty a minute are less than the limit and more than half of it: no to and fro. Fifteen are quiet."""
    mutes = Mutes()
    heard(mutes, *[n * 0.5 for n in range(31)])

    busy = heard(mutes, *[20 + n * 3.0 for n in range(100)])
    calm = heard(mutes, *[400 + n * 4.0 for n in range(40)])

    assert set(busy) == {"muted"}
    assert calm.count("release") == 1
    assert set(calm[calm.index("release") + 1 :]) == {"go"}


def test_what_was_written_over_an_hour_and_comes_at_once_is_no_flood() -> None:
    """After a downtime a provider brings everything together: it counts when it was written."""
    assert set(heard(Mutes(), *[n * 10.0 for n in reversed(range(300))])) == {"go"}


def test_one_event_that_is_looked_at_again_counts_once() -> None:
    """Also the one that crossed the line."""
    mutes = Mutes()
    before = heard(mutes, *[n * 1.0 for n in range(31)])
    again = mutes.heard(ANA, "30-30.0", 10**15 + 30 * SECOND, 30)

    assert (before[-1], again) == ("mute", "mute")


def test_who_was_muted_by_the_process_before_has_to_be_quiet_for_a_minute() -> None:
    """Nothing is known of what came; a flood that goes on is not answered and not told again."""
    mutes = Mutes()
    mutes.load([(ANA, "flood")], 10**15)

    assert set(heard(mutes, *[n * 0.5 for n in range(200)])) == {"muted"}
    assert heard(mutes, 500.0)[-1] == "release"


def test_a_limit_of_one_mutes_and_releases() -> None:
    """The least that can be set."""
    assert heard(Mutes(), 0, 1, 2, 100, 161, limit=1) == ["go", "mute", "muted", "release", "go"]


def test_memory_is_bounded() -> None:
    """Whoever was not heard for longest is forgotten."""
    mutes = Mutes(kept=100)
    for n in range(1000):
        mutes.heard(("duka", f"{n}"), "e", 10**15, 30)

    assert len(mutes) == 100


#: When somebody writes: gaps in seconds, from a burst of thumbs to an afternoon.
GAPS = st.lists(st.floats(2.1, 4000), min_size=1, max_size=200)


@given(GAPS)
def test_no_person_is_muted(gaps: list[float]) -> None:
    """Who takes two seconds for a message never writes more than thirty in a minute."""
    at, times = 0.0, []
    for gap in gaps:
        times.append(at := at + gap)

    assert set(heard(Mutes(), *times)) == {"go"}


@given(st.lists(st.floats(0, 30), min_size=1, max_size=300), st.integers(1, 40))
def test_a_mute_is_begun_once_and_never_ends_while_it_floods(gaps: list[float], limit: int) -> None:
    """Between two beginnings there is an end, and no end comes with more than half of the limit behind it."""
    at, times = 0.0, []
    for gap in gaps:
        times.append(at := at + gap)
    verdicts: list[str] = [*heard(Mutes(), *times, limit=limit)]

    state = False
    for n, verdict in enumerate(verdicts):
        assert verdict in (("muted", "release") if state else ("go", "mute"))
        state = verdict in ("mute", "muted")
        within = sum(times[n] - 59.9 < each <= times[n] for each in times[: n + 1])
        assert verdict != "release" or within <= max(1, limit // 2)
        assert verdict != "go" or state or within <= limit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You are number 12 in the queue.", "You are number 13 in the queue."),
        ("Order 2026-11-21 at 10:45", "order 2026-11-22  at 9:05"),
        ("Ticket 0198f3aa-11bc closed", "Ticket 0298f3ab-22bd closed"),
    ],
)
def test_texts_that_differ_by_what_is_counted_are_one(one: str, other: str) -> None:
    """A count, a date, an id."""
    assert shape_of(one) == shape_of(other)


def talk(echoes: Echoes, *turns: tuple[str, str, float]) -> int:
    """How many messages of a contact are answered before it is taken for a machine: each of *turns* is what
    it wrote, our answer, and how many seconds after our last it wrote; -1 when it never is."""
    now, key = 10**15, ("duka", "c1")
    for n, (text, answer, gap) in enumerate(turns):
        now += int(gap * SECOND)
        if echoes.heard(key, text, now):
            return n
        echoes.said(key, answer, now)
    return -1


ROBOT = "Thank you for your message, we are closed."


def test_a_machine_that_answers_at_once_is_known_after_fifteen() -> None:
    """Also when it counts, and when we do."""
    turns = [(f"{ROBOT} You are {n} in line.", f"I did not understand, try {n}.", 1.0) for n in range(100)]

    assert talk(Echoes(30), *turns) == 15


def test_a_machine_that_takes_its_time_is_known_after_sixty() -> None:
    """Half a minute each."""
    assert talk(Echoes(30), *[(ROBOT, "Sorry?", 30.0)] * 100) == 60


def test_short_words_need_three_times_as_many() -> None:
    """People write "1" and "more" again and again."""
    assert talk(Echoes(30), *[("ok", "Sorry?", 1.0)] * 100) == 45


def test_two_greetings_in_turn_are_a_machine_too() -> None:
    """Up to three wordings on either side."""
    turns = [(ROBOT if n % 2 else "Our office opens tomorrow.", "Sorry?", 1.0) for n in range(100)]

    assert talk(Echoes(30), *turns) == 15


WORDS = st.sampled_from(
    ["1", "2", "3", "more", "next", "yes", "no", "ok", "hello?", "cart", "track my order"]
)
TEXTS = st.one_of(WORDS, st.text("abcdefgh ijkl?!", min_size=1, max_size=60))


@st.composite
def person(draw: st.DrawFn) -> list[tuple[str, str, float]]:
    """A contact who taps through menus, answers quizzes and repeats an unanswered question up to six times;
    each answer is read for a second or more, and typed at eight letters a second at most."""
    turns: list[tuple[str, str, float]] = []
    for _ in range(draw(st.integers(1, 25))):
        text = draw(TEXTS)
        for n in range(draw(st.integers(1, 6))):
            reading = draw(st.floats(1, 600))
            answer = draw(
                st.sampled_from([f"Question {n}: which?", "Sorry, I did not get that.", "Page 2 of 9"])
            )
            turns.append((text, answer, reading + len(text) / 8))
    return turns


@given(person())
def test_no_person_is_taken_for_a_machine(turns: list[tuple[str, str, float]]) -> None:
    """However impatient, and however dull our answers are."""
    assert talk(Echoes(30), *turns) == -1


def test_what_is_tapped_or_sent_is_no_loop() -> None:
    """A machine cannot tap; a photo begins anew."""
    echoes = Echoes(30)
    turns = [(ROBOT if n % 10 else "", "Sorry?", 1.0) for n in range(200)]

    assert talk(echoes, *turns) == -1


def test_answers_that_differ_are_a_conversation() -> None:
    """What we say is never the same twice: that is a person at a shop, or a machine that gets somewhere."""
    answers = ["red", "green", "blue", "white", "black"]
    turns = [(ROBOT, f"Now {answers[n % 5]} ones", 1.0) for n in range(200)]

    assert talk(Echoes(30), *turns) == -1
