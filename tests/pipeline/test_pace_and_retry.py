"""How fast a number may speak, and what is done about a failed send: pure, on a clock of the test's own."""

from __future__ import annotations

from bisect import bisect_left

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.clock import ManualClock
from gateway.pipeline.loops import LoopDetector
from gateway.pipeline.pace import Buckets, NumberPace
from gateway.pipeline.records import part_of
from gateway.pipeline.retry import BASE, CAP, decide
from gateway.provider import ErrorClass, ProviderError


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([1.0, 3.0, 10.0, 80.0, 250.0]),
    st.lists(st.floats(0, 1.5, allow_nan=False), min_size=1, max_size=400),
    st.lists(st.integers(0, 400), max_size=3),
)
def test_no_second_has_more_sends_than_the_rate(rate: float, gaps: list[float], slows: list[int]) -> None:
    """Any window of one second, whenever the work comes and however often the provider said "slower"."""
    clock = ManualClock()
    pace = NumberPace(rate, clock.monotonic)
    sent: list[float] = []
    for step, gap in enumerate(gaps):
        clock.advance(gap if step % 3 == 0 else 0.0)  # two of three come at once with their neighbour
        if step in slows:
            pace.slow()
        clock.advance(pace.wait() * (1 + 1e-12) + 1e-9)
        pace.take()
        sent.append(clock.monotonic())

    for n, at in enumerate(sent):
        assert bisect_left(sent, at + 1.0 - 1e-6) - n <= rate


def test_too_fast_means_no_send_for_a_second_and_half_the_rate_after_it() -> None:
    """It comes back by five hundredths a minute."""
    clock = ManualClock()
    pace = NumberPace(80, clock.monotonic)
    pace.slow()
    assert pace.wait() == pytest.approx(1.0)

    clock.advance(1.0)
    sent = 0
    for _ in range(1000):
        clock.advance(0.001)
        while pace.wait() == 0:
            pace.take()
            sent += 1
    assert 30 <= sent <= 41

    clock.advance(10 * 60)
    pace.wait()
    assert pace._bucket.rate == pytest.approx(80 * 0.9)


def test_a_contact_gets_a_burst_and_then_one_message_per_interval() -> None:
    """45 at once, then one each 6 seconds."""
    clock = ManualClock()
    pairs = Buckets(1 / 6.0, 45, clock.monotonic)
    for _ in range(45):
        assert pairs.wait("c") == 0
        pairs.take("c")

    assert pairs.wait("c") == pytest.approx(6.0)
    assert pairs.wait("another") == 0
    clock.advance(6.001)
    assert pairs.wait("c") == 0
    pairs.take("c")
    assert pairs.wait("c") > 5.9


def test_the_memory_of_pairs_is_bounded() -> None:
    """The longest unused go."""
    pairs = Buckets(1 / 6.0, 45, ManualClock().monotonic, remember=100)
    for n in range(1000):
        pairs.take(str(n))

    assert len(pairs) == 100


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, 900), (60, 900)]
)
def test_a_pair_limit_waits_four_to_the_n(attempt: int, seconds: float) -> None:
    """131056: 4^0, 4^1, … (wire.md), capped."""
    decision = decide(ProviderError("pair_limited", code=131056), attempt, 0.5)

    assert (decision.verdict, decision.delay, decision.brake) == ("retry", seconds, "")


@given(
    st.integers(1, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["unavailable", "rate_limited"]),
)
def test_backoff_has_full_jitter_within_its_bounds(attempt: int, chance: float, kind: ErrorClass) -> None:
    """Between nothing and the doubled base, never over the cap."""
    delay = decide(ProviderError(kind), attempt, chance).delay

    assert 0 <= delay <= min(CAP, BASE * 2.0 ** min(attempt - 1, 60))
    assert delay == pytest.approx(chance * min(CAP, BASE * 2.0 ** min(attempt - 1, 20)))


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True), st.floats(0, 3600))
def test_never_earlier_than_the_provider_asks(attempt: int, chance: float, after: float) -> None:
    """Retry-After, for every class that is retried by time."""
    for kind in ("unavailable", "rate_limited", "maintenance"):
        assert decide(ProviderError(kind, retry_after=after), attempt, chance).delay >= after


def test_what_may_have_been_sent_is_never_retried() -> None:
    """Only classes that say "not sent" are."""
    verdicts = {kind: decide(ProviderError(kind), 1, 0.5).verdict for kind in ErrorClass.__args__}  # type: ignore[attr-defined]

    assert {kind for kind, verdict in verdicts.items() if verdict == "retry"} == {
        "auth", "permission", "rate_limited", "pair_limited", "maintenance", "unavailable",
    }  # fmt: skip
    assert {kind for kind, verdict in verdicts.items() if verdict == "doubt"} == {"ambiguous"}
    assert decide(ProviderError("window_closed"), 1, 0.5).reason == "window_closed"


def test_a_dead_token_stops_the_channel_and_a_fast_number_itself() -> None:
    """And nothing else does."""
    assert decide(ProviderError("auth"), 1, 0.5).brake == "channel"
    assert decide(ProviderError("rate_limited"), 1, 0.5).brake == "number"


def test_a_message_that_may_not_be_sent_does_not_hold_up_the_others() -> None:
    """The channel waits in case the token lacks something, and after five tries the message is given up."""
    verdicts = [decide(ProviderError("permission"), attempt, 0.5) for attempt in (1, 4, 5)]
    assert [(one.verdict, one.brake) for one in verdicts] == [("retry", "channel")] * 2 + [("dead", "")]


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 100 * 3600), st.integers(1, 100))
def test_marketing_that_is_capped_waits_a_day_within_its_life(
    chance: float, life: float, attempt: int
) -> None:
    """A day and up to an hour; what would be too old by then is dead, and so is what is no template."""
    capped = ProviderError("ecosystem_limited", code=131049, retry_after=24 * 3600.0)
    decision = decide(capped, attempt, chance, life)

    if life > 25 * 3600:
        assert decision.verdict == "later"
    if decision.verdict == "later":
        assert 24 * 3600 <= decision.delay < min(life, 25 * 3600 + 1)
        assert (decision.reason, decision.brake) == ("ecosystem_limited", "")
    else:
        assert (decision.verdict, decision.reason) == ("dead", "rejected")
    assert decide(capped, attempt, chance).verdict == "dead"
    # 130472: the contact is in an experiment, and nobody says that a day helps.
    assert decide(ProviderError("ecosystem_limited", code=130472), attempt, chance, life).verdict == "dead"


def test_nothing_else_waits_a_day() -> None:
    """However long a template may live."""
    kinds = ErrorClass.__args__  # type: ignore[attr-defined]
    errors = [ProviderError(kind, retry_after=60.0) for kind in kinds]
    later = {error.kind for error in errors if decide(error, 1, 0.5, 72 * 3600.0).verdict == "later"}

    assert later == {"ecosystem_limited"}


def test_a_loop_is_the_same_text_again_and_again_within_a_minute() -> None:
    """To one conversation; another text or another minute is none."""
    loops = LoopDetector(3)
    said = [loops.stops("duka", "c", "beep", n) for n in range(5)]

    assert said == [False, False, False, True, True]
    assert not loops.stops("duka", "other", "beep", 5)
    assert not loops.stops("shop", "c", "beep", 5)
    assert not loops.stops("duka", "c", "boop", 5)
    assert not loops.stops("duka", "c", "beep", 60_000_001)


def test_the_loop_detectors_memory_is_bounded() -> None:
    """However many conversations there are."""
    loops = LoopDetector(3, remember=10)
    for n in range(100):
        loops.stops("duka", str(n), "beep", n)

    assert len(loops._seen) == 10


@pytest.mark.parametrize(
    ("text", "part"), [("g1.abc.2", "abc"), ("", ""), ("g1.abc", ""), ("x.abc.1", ""), ("mine", "")]
)
def test_only_our_own_correlations_name_a_part(text: str, part: str) -> None:
    """Another application of the same number may echo anything."""
    assert part_of(text) == part
