"""Cutting one contact out of stored webhooks and of the log of events."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.erasure import journal, log
from gateway.erasure.who import Who, numbers_of

ANA, BEN = "254711223344", "254799887766"
WHO = Who(
    "duka", "c-ana", numbers=numbers_of([f"+{ANA}"]), exact=frozenset(("KE.12345678",)),
    messages={"0199-message"}, ids={"wamid.HBg/Mj+A==", "SM0123456789"},
)  # fmt: skip


def value(*people: str) -> dict[str, object]:
    """What Meta tells of these, in one change."""
    return {
        "metadata": {"phone_number_id": "401"},
        "contacts": [{"profile": {"name": f"Name of {each}"}, "wa_id": each} for each in people],
        "messages": [{"from": each, "id": f"wamid.{each}", "text": {"body": "hi"}} for each in people],
    }


def body(*values: object) -> bytes:
    """A webhook of Meta's."""
    changes = [{"field": "messages", "value": each} for each in values]
    return json.dumps({"object": "x", "entry": [{"id": "1", "changes": changes}]}).encode()


def test_neighbours_in_the_same_webhook_stay() -> None:
    """The contact's elements go with the name in them, all others stay as they were."""
    left = journal.cut(body(value(ANA, BEN)), WHO)

    assert left is not None
    assert json.loads(left) == json.loads(body(value(BEN)))
    assert journal.cut(body(value(BEN)), WHO) is None


@pytest.mark.parametrize(
    "status",
    [
        {"id": "wamid.HBg/Mj+A==", "status": "read"},
        {"id": "wamid.x", "recipient_id": ANA},
        {"id": "wamid.x", "recipient_user_id": "KE.12345678"},
        {"id": "wamid.x", "recipient_id": int(ANA)},
        {"id": "wamid.x", "to": "+254 711 223-344"},
    ],
)
def test_every_name_is_found(status: dict[str, object]) -> None:
    """Ids of messages, user ids, numbers however they are written, with escaped slashes too."""
    for written in (body({"statuses": [status]}), body({"statuses": [status]}).replace(b"/", b"\\/")):
        left = journal.cut(written, WHO)
        assert left is not None
        assert json.loads(left) == json.loads(body({"statuses": []}))


def test_what_the_same_person_wrote_to_another_business_stays() -> None:
    """One webhook may speak of the numbers of several tenants."""
    theirs = {**value(ANA), "metadata": {"phone_number_id": "777"}}
    left = journal.cut(body(value(ANA), theirs), WHO, {"777"})

    assert left is not None
    assert json.loads(left)["entry"][0]["changes"][1]["value"] == theirs
    assert json.loads(left)["entry"][0]["changes"][0]["value"]["messages"] == []


def test_a_form_goes_whole() -> None:
    """It is about one message."""
    assert journal.cut(f"From=whatsapp%3A%2B{ANA}&Body=hi".encode(), WHO) == b""
    assert journal.cut(b"MessageSid=SM0123456789&MessageStatus=read", WHO) == b""
    assert journal.cut(f"From=whatsapp%3A%2B{BEN}&Body=hi".encode(), WHO) is None


def test_longer_numbers_and_words_are_others() -> None:
    """A number within a number is no name."""
    for other in (f"1{ANA}99", f"{ANA}0", "XKE.123456789", "SM01234567890"):
        assert journal.cut(body({"statuses": [{"id": other}]}), WHO) is None


@given(some.lists(some.sampled_from([ANA, BEN, "254700000001"]), max_size=6))
def test_what_is_left_names_the_contact_nowhere(people: list[str]) -> None:
    """Whoever else is in it, once and in order."""
    whole = body(value(*people))
    left = journal.cut(whole, WHO) or whole

    assert ANA.encode() not in left
    assert json.loads(left) == json.loads(body(value(*[each for each in people if each != ANA])))
    assert journal.cut(left, WHO) is None


def test_events_keep_their_place_and_our_ids() -> None:
    """The provider's id, errors and content go; the others of the block stay."""
    told = {"message": "0199-message", "part": 0, "provider_message_id": "wamid.1", "error": {"t": 1}}
    notice = {"channel": "m", "name": "n", "content": {"type": "t", "x": ANA}, "contact": "c-ana"}
    events = [
        ("message.status", told),
        ("message.status", {"message": "other", "part": 0, "provider_message_id": "wamid.2"}),
        ("channel.notice", notice),
        ("contact.changed", {"contact": "c-ana", "what": ["erased"]}),
    ]
    left = log.cut(msgspec.json.encode(events).decode(), WHO)

    assert left is not None
    found = msgspec.json.decode(left)
    assert found[0][1] == {"message": "0199-message", "part": 0, "provider_message_id": None, "error": None}
    assert found[1] == list(events[1])
    assert found[2][1]["content"] == {"type": "t"}
    assert found[3] == list(events[3])
    assert log.cut(left, WHO) is None
