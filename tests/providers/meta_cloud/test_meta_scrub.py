"""Webhooks without a person in them: the same shape, read the same way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.meta_cloud import provider
from providers.meta_cloud.scrub import scrub

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
WEBHOOKS = sorted(
    Path(each["file"]).stem
    for each in json.loads((FOLDER / "INDEX.json").read_bytes())
    if each["kind"] in ("inbound", "status", "field", "error", "user_action")
)


def shape(value: Any) -> Any:
    """*value* with its types and lengths only."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return (type(value).__name__, len(value)) if isinstance(value, str) else type(value).__name__


def kinds(body: bytes) -> list[tuple[str, str]]:
    """What our reader makes of it, by type."""
    parsed = provider.parse(body)
    assert parsed.failures == ()
    return [(type(event).__name__, type(getattr(event, "content", None)).__name__) for event in parsed.events]


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_sample_keeps_its_shape_and_loses_its_people(name: str, sample: Callable[[str], bytes]) -> None:
    """Every member, every length, every kind; no name, no number, no word of anybody."""
    body = sample(name)
    clean = scrub(body)
    if "nfm_reply" not in name:  # its answers are JSON within a text
        assert shape(json.loads(clean)) == shape(json.loads(body))
    assert kinds(clean) == kinds(body)
    told = json.loads(body)
    for word in (
        "Lucia",
        "Prado",
        "lucia.prado",
        "34600111222",
        "90817263544536271",
        "Buenos",
        "34611222333",
    ):
        assert word not in clean.decode(), word
    assert scrub(body) == clean
    assert told == json.loads(body)


def test_the_same_number_is_the_same_number_afterwards() -> None:
    """A contact and the message that it sent still belong together, and the country is still the same."""
    body = (FOLDER / "in_text.json").read_bytes()
    value = json.loads(scrub(body))["entry"][0]["changes"][0]["value"]
    assert value["contacts"][0]["wa_id"] == value["messages"][0]["from"]
    assert value["messages"][0]["from"].startswith("34")
    assert value["messages"][0]["from_user_id"].startswith("ES.")


def test_a_thread_is_still_its_contact_s() -> None:
    """The phone that is a thread's id is replaced as the one in its messages is: who wrote what stays."""
    body = (FOLDER / "field_history_threads.json").read_bytes()
    before, after = provider.parse(body).events, provider.parse(scrub(body)).events
    sides = [[getattr(event.content, "from_business", None) for event in each] for each in (before, after)]  # type: ignore[union-attr]
    assert sides[0] == sides[1] == [False, True, None]


def test_what_a_person_told_is_gone_wherever_it_stands() -> None:
    """Answers of a form under the platform's own words, a phone that is a number, a birthday, a phone within
    an error's words; and numbers that are none are no reason to stumble."""
    answers = {"reason": "pregnant", "status": {"birthday": "1990-02-03"}, "phone": 34600111222, "age": 1042}
    told = {
        "interactive": {"nfm_reply": {"name": "flow", "response_json": json.dumps(answers)}},
        "wa_id": 34600111222,
        "contacts": [{"birthday": "1990-02-03"}],
        "errors": [
            {"code": 131026, "title": "Undeliverable to 34600111222", "details": "ES.9081726354 is away"}
        ],
        "odd": float("inf"),
    }
    clean = scrub(json.dumps(told).encode()).decode()
    for word in ("pregnant", "1990", "600111222", "34600111222", "9081726354", "1042"):
        assert word not in clean, word
    assert "Undeliverable to " in clean
    assert '"reason"' in json.loads(clean)["interactive"]["nfm_reply"]["response_json"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_can_be_scrubbed(value: Any) -> None:
    """Whatever comes, the shape stays."""
    clean = json.loads(scrub(json.dumps(value).encode()))
    assert shape(clean) == shape(value)
