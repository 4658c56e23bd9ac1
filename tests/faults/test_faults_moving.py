"""How long lanes stood still is counted from what happened and what was accepted, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from tests.faults.judge import judge
from tests.faults.keys import Key
from tests.faults.moving import Event, answer_times, percentiles, stands
from tests.faults.numbers import Number, of_contact, several
from tests.faults.provider import Acceptance
from tests.faults.test_faults_judge import KEYS, _clean
from tests.faults.webhooks import inbound

A, B = Number("duka0", "duka0-0", "401"), Number("duka1", "duka1-0", "402")


def _sent(at: float, number: Number, key: Key = KEYS[0]) -> Acceptance:
    return Acceptance(0, at, key.phone, key.reply, "g1.p.1", "wamid.OUT-0", number.id)


def test_a_stand_ends_with_the_next_send_of_the_number() -> None:
    """Only numbers whose shard was struck count, and what was on its way already does not."""
    sends = [_sent(9.0, A), _sent(10.02, A), _sent(10.5, B), _sent(14.0, A)]

    (stand,) = stands([Event(10.0, frozenset({A.shard}))], sends, (A, B))

    assert stand.seconds == 4.0
    assert stand.alone


def test_an_event_beside_another_is_not_alone() -> None:
    """A kill shortly after another one, or followed by one before lanes moved, is told apart."""
    sends = [_sent(1.0, A), _sent(103.0, A), _sent(205.0, A)]
    both = frozenset({A.shard})

    found = stands([Event(100.0, both), Event(102.0, both), Event(200.0, both)], sends, (A,))

    assert [(each.seconds, each.alone) for each in found] == [(3.0, False), (1.0, False), (5.0, True)]


def test_a_number_that_sent_nothing_more_is_left_out() -> None:
    """The end of the run is no stand."""
    assert stands([Event(10.0, frozenset({A.shard}))], [_sent(9.0, A)], (A,)) == []


def test_answers_are_timed_from_the_200_to_the_first_acceptance() -> None:
    """A reply that was accepted before the sender's 200 came back took no time; none, none."""
    acked = {KEYS[0]: 5.0, KEYS[1]: 5.0, KEYS[2]: 5.0}
    sends = [_sent(4.9, A), _sent(5.25, A, KEYS[1]), _sent(9.0, A, KEYS[1])]

    assert answer_times(acked, sends) == [0.0, 0.25]
    assert percentiles("answers", [0.0, 0.25])["answers, ms: p99"] == 250


def test_numbers_are_spread_over_tenants_and_shards() -> None:
    """Twelve numbers of three tenants are in twelve shards, and neighbours among contacts share one."""
    numbers = several()

    assert len({number.shard for number in numbers}) == len({number.id for number in numbers}) == 12
    assert of_contact(4, numbers) == of_contact(5, numbers) != of_contact(6, numbers)


def test_a_webhook_may_be_about_several_numbers() -> None:
    """The messages of one body stay in their order, grouped by the number that they were written to."""
    numbers = several()
    body = inbound([Key(0, 1), Key(1, 1), Key(2, 1), Key(0, 2)], numbers).decode()

    places = [body.index(f'"c{contact} m{n}"') for contact, n in ((0, 1), (1, 1), (2, 1), (0, 2))]
    assert places == sorted(places)
    assert body.count('"phone_number_id"') == 3


def test_a_reply_by_the_wrong_number_is_found() -> None:
    """A reply has to leave by the number that was written to."""
    clean = _clean()
    strange = [clean.accepted[0]._replace(number="499"), *clean.accepted[1:]]

    found = judge(replace(clean, accepted=strange)).violations["unasked"]

    assert len(found) == 1
    assert "was sent by 499" in found[0]
