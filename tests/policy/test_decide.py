"""The decision: each reason, which goes before which, and what holds for all facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.clock import DAY, HOUR
from gateway.policy.decide import decide
from gateway.policy.facts import Budget, Facts, Used, Wanted, Zones
from gateway.policy.reasons import REASONS
from gateway.settings.policy import Policy, QuietHours

#: Noon in Nairobi.
NOW = int(datetime(2026, 1, 15, 9, tzinfo=UTC).timestamp()) * 1_000_000
QUIET = Policy(quiet=QuietHours("21:00", "07:00"))
NAIROBI = Zones(("Africa/Nairobi",), "phone", "Africa/Nairobi")
#: Whom everything may be written to.
FINE = Facts(QUIET, NAIROBI, "k1", "in", "in", window_until=NOW + HOUR)
NIGHT = NOW + 11 * HOUR
OFFER = Wanted("marketing", False, NOW + 72 * HOUR)
WORD = Wanted("service", True)

#: In the order in which they go.
DROPS: list[tuple[str, dict[str, Any]]] = [
    ("no_contact", {"contact": ""}),
    ("suppressed", {"suppressed": frozenset({"service"})}),
    ("opted_out", {"service": "out"}),
    ("no_opt_in", {"marketing": ""}),
]
HOLDS: list[tuple[str, dict[str, Any]]] = [
    ("ecosystem_limited", {"marketing_after": NOW + 3 * HOUR}),
    ("frequency_cap", {"caps": (Used(1, 3600.0, 1, NOW + 3 * HOUR),)}),
    ("tier_budget", {"budget": Budget("p", 5, 5, False, NOW + 3 * HOUR)}),
    ("quota", {"quota_until": NOW + 3 * HOUR}),
]


def _with(*some: dict[str, Any]) -> Facts:
    facts = FINE
    for each in some:
        facts = replace(facts, **each)
    return facts


def test_it_goes_when_nothing_is_against_it() -> None:
    """With what it hung on, for whoever asks."""
    decision = decide(FINE, OFFER, NOW)

    assert (decision.verdict, decision.reason, decision.until) == ("send", "", 0)
    assert decision.detail["zone_source"] == "phone"


@pytest.mark.parametrize(("reason", "change"), DROPS)
def test_each_reason_drops(reason: str, change: dict[str, Any]) -> None:
    """Marketing is what all of them are for."""
    decision = decide(_with(change), OFFER, NOW)

    assert (decision.verdict, decision.reason) == ("drop", reason)


def test_what_ends_a_message_goes_before_what_makes_it_wait() -> None:
    """And each reason before those behind it."""
    for n, (reason, _) in enumerate(DROPS):
        worst = _with(*(change for _, change in DROPS[n:]), *(change for _, change in HOLDS))
        assert decide(worst, OFFER, NOW).reason == reason


def test_a_word_needs_an_open_window_and_an_opt_out_goes_before() -> None:
    """A template does not."""
    closed = _with({"window_until": NOW})

    assert decide(closed, WORD, NOW).reason == "window_closed"
    assert decide(closed, OFFER, NOW).verdict == "send"
    assert decide(_with({"window_until": NOW, "service": "out"}), WORD, NOW).reason == "opted_out"


def test_a_reply_is_asked_for_its_window_only() -> None:
    """Whatever the contact said: it answers a message of now."""
    refused = _with(*(change for _, change in DROPS))

    assert decide(refused, Wanted("", True), NOW).verdict == "send"
    assert decide(replace(refused, window_until=NOW), Wanted("", True), NOW).reason == "window_closed"


@pytest.mark.parametrize(
    ("policy", "service", "marketing", "purpose", "reason"),
    [
        ("opt_in", "", "", "service", ""),
        ("opt_in", "in", "out", "service", ""),
        ("opt_in", "out", "in", "service", "opted_out"),
        ("opt_in", "out", "in", "authentication", "opted_out"),
        ("opt_in", "in", "", "marketing", "no_opt_in"),
        ("opt_in", "in", "out", "marketing", "opted_out"),
        ("opt_in", "out", "in", "marketing", "opted_out"),
        ("opt_out", "in", "", "marketing", ""),
        ("opt_out", "in", "out", "marketing", "opted_out"),
    ],
)
def test_consent_for_each_purpose(
    policy: Any, service: str, marketing: str, purpose: str, reason: str
) -> None:
    """Service needs no word, marketing one, unless the tenant says otherwise."""
    facts = replace(FINE, policy=Policy(marketing=policy), service=service, marketing=marketing)

    assert decide(facts, Wanted(purpose, False), NOW).reason == reason


def test_marketing_only_may_be_suppressed() -> None:
    """Then the rest goes."""
    facts = replace(FINE, suppressed=frozenset({"marketing"}))

    assert decide(facts, OFFER, NOW).reason == "suppressed"
    assert decide(facts, WORD, NOW).verdict == "send"


@pytest.mark.parametrize(("reason", "change"), HOLDS)
def test_each_reason_holds_until_it_is_over(reason: str, change: dict[str, Any]) -> None:
    """And it is judged again then."""
    decision = decide(_with(change), OFFER, NOW)

    assert (decision.verdict, decision.reason, decision.until) == ("hold", reason, NOW + 3 * HOUR)


def test_the_last_hold_counts_and_the_first_of_those_that_end_together_names_it() -> None:
    """Judged at an earlier one's end it would only be held again."""
    longer = {"quota_until": NOW + 5 * HOUR}
    together = _with(*(change for _, change in HOLDS))

    assert decide(replace(together, **longer), OFFER, NOW).reason == "quota"
    assert decide(together, OFFER, NOW).reason == "ecosystem_limited"
    assert set(decide(together, OFFER, NOW).detail["holds"]) == {reason for reason, _ in HOLDS}


def test_a_template_that_would_wait_for_longer_than_its_life_is_dropped() -> None:
    """For the reason that it would have waited for."""
    short = replace(OFFER, deadline=NOW + 2 * HOUR)

    for reason, change in HOLDS:
        decision = decide(_with(change), short, NOW)
        assert (decision.verdict, decision.reason) == ("drop", reason)


def test_at_night_it_waits_until_the_morning() -> None:
    """By the contact's clock; codes for signing in do not, and who has just written is awake."""
    asleep = decide(FINE, OFFER, NIGHT)
    awake = replace(FINE, wrote_at=NIGHT - HOUR // 2)

    assert (asleep.verdict, asleep.reason) == ("hold", "quiet_hours")
    assert asleep.until == int(datetime(2026, 1, 16, 4, tzinfo=UTC).timestamp()) * 1_000_000
    assert decide(FINE, Wanted("authentication", False), NIGHT).verdict == "send"
    assert decide(awake, OFFER, NIGHT).verdict == "send"


def test_what_has_begun_is_not_held_but_ends_with_an_opt_out() -> None:
    """Half a message would wait for the morning, or be counted twice."""
    begun = Wanted("service", False, begun=True)
    held = _with(*(change for _, change in HOLDS))

    assert decide(held, begun, NIGHT).verdict == "send"
    assert decide(replace(held, service="out"), begun, NIGHT).reason == "opted_out"


def test_a_contact_whom_the_budget_counts_already_costs_nothing() -> None:
    """And nobody does while there is room."""
    for budget in (Budget("p", 5, 5, True, NOW + HOUR), Budget("p", 5, 4, False, NOW + HOUR)):
        assert decide(replace(FINE, budget=budget), OFFER, NOW).verdict == "send"


_TIMES = st.integers(NOW - 3 * DAY, NOW + 3 * DAY)
_STATES = st.sampled_from(["", "in", "out"])
_ZONES = st.lists(
    st.sampled_from(["Africa/Nairobi", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Europe/Madrid"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
_HOURS = st.sampled_from(["00:00", "02:30", "06:00", "09:15", "12:00", "18:45", "21:00", "24:00"])


@st.composite
def _facts(draw: st.DrawFn) -> Facts:
    hours = QuietHours(draw(_HOURS), draw(_HOURS), awake=draw(st.sampled_from([0.0, 3600.0])))
    policy = Policy(marketing=draw(st.sampled_from(["opt_in", "opt_out"])), quiet=hours)
    budget = st.builds(Budget, st.just("p"), st.just(3), st.integers(0, 5), st.booleans(), _TIMES)
    return Facts(
        policy, Zones(tuple(draw(_ZONES)), "phone", "Africa/Nairobi"), draw(st.sampled_from(["", "k"])),
        draw(_STATES), draw(_STATES),
        draw(st.sampled_from([frozenset(), frozenset({"service"}), frozenset({"marketing"})])),
        draw(_TIMES), draw(_TIMES), draw(st.sampled_from([0, NOW + HOUR])),
        tuple(draw(st.lists(st.builds(Used, st.just(1), st.just(3600.0), st.just(1), _TIMES), max_size=2))),
        draw(st.none() | budget), draw(st.sampled_from([0, NOW + 2 * HOUR])),
    )  # fmt: skip


_WANTED = st.builds(
    Wanted, st.sampled_from(["marketing", "service", "authentication"]), st.booleans(),
    st.sampled_from([0, NOW + DAY, NOW + 3 * DAY]), st.booleans(),
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(_facts(), _WANTED)
def test_whatever_the_facts_are(facts: Facts, wanted: Wanted) -> None:
    """Who opted out gets nothing; a hold lies ahead, and has an end: judged again there with what was in its
    way gone, the same night holds it no more."""
    decision = decide(facts, wanted, NOW)

    assert decision.reason in ("", *REASONS)
    assert (decision.verdict == "send") == (decision.reason == "")
    if facts.service == "out" or "service" in facts.suppressed:
        assert decision.verdict == "drop"
    if wanted.purpose == "marketing" and facts.marketing == "out":
        assert decision.verdict == "drop"
    if wanted.purpose == "marketing" and facts.policy.marketing == "opt_in" and facts.marketing != "in":
        assert decision.verdict == "drop"
    assert (decision.until > NOW) == (decision.verdict == "hold")
    if decision.verdict == "hold" and decision.reason == "quiet_hours":
        again = decide(facts, wanted, decision.until)
        assert again.reason != "quiet_hours" or again.detail.get("zones_disagree")
