"""Every sample webhook, compared with what it says in full."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from gateway.model.event import ChannelEvent, MessageReceived, Person, StatusReceived
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.expected.fields import FIELDS
from tests.providers.meta_cloud.expected.messages import INBOUND
from tests.providers.meta_cloud.expected.statuses import STATUSES

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
INDEX = json.loads((FOLDER / "INDEX.json").read_bytes())
ACCOUNT, NUMBER = "198700112233445", "401122334455667"


def body(name: str) -> bytes:
    """A sample's bytes."""
    return (FOLDER / f"{name}.json").read_bytes()


def names(*kinds: str) -> set[str]:
    """The samples of these kinds."""
    return {entry["file"].removesuffix(".json") for entry in INDEX if entry["kind"] in kinds}


def test_all_webhook_samples_are_compared_counted_by_kind() -> None:
    """No sample is left out of the tables, and the tables name no other."""
    kinds = Counter(entry["kind"] for entry in INDEX)

    assert {kind: kinds[kind] for kind in ("inbound", "status", "field", "error", "user_action")} == {
        "inbound": 34,
        "status": 16,
        "field": 29,
        "error": 1,
        "user_action": 1,
    }
    assert set(INBOUND) == names("inbound")
    assert set(STATUSES) == names("status")
    assert set(FIELDS) == names("field", "error", "user_action")


@pytest.mark.parametrize("name", INBOUND)
def test_a_message_says_all_that_its_sample_holds(name: str) -> None:
    """Content, sender, context and referral, member by member."""
    parsed = parse(body(name))

    assert parsed.failures == ()
    (event,) = parsed.events
    assert isinstance(event, MessageReceived)
    assert (event.content, event.sender, event.context, event.referral) == INBOUND[name]
    assert event.number == NUMBER


@pytest.mark.parametrize("name", STATUSES)
def test_a_status_says_all_that_its_sample_holds(name: str) -> None:
    """The whole event, but for its raw slice."""
    parsed = parse(body(name))

    assert parsed.failures == ()
    (event,) = parsed.events
    assert isinstance(event, StatusReceived)
    assert msgspec.structs.replace(event, raw=b"") == STATUSES[name]


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_says_all_that_its_sample_holds(name: str) -> None:
    """Each event's content, time, number and person; with keys of their own."""
    parsed = parse(body(name))

    assert parsed.failures == ()
    events = [event for event in parsed.events if isinstance(event, ChannelEvent)]
    assert len(events) == len(parsed.events)
    found = [(event.content, event.at // 1_000_000, bool(event.number), event.person) for event in events]
    assert found == FIELDS[name]
    assert {event.account for event in events} == {ACCOUNT}
    assert {event.number for event in events} <= {"", NUMBER}
    assert len({event.key for event in events}) == len(events)


def test_whom_an_event_is_about_has_a_number() -> None:
    """An event with a person belongs to a conversation, and a conversation to a number of ours."""
    for name in FIELDS:
        for event in parse(body(name)).events:
            assert isinstance(event, ChannelEvent)
            assert event.person == Person() or event.number == NUMBER
