"""The business's own phone: old chats, and what it writes from the app."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.model import inbound, notice
from gateway.model.event import ChannelEvent, Identity
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.bodies import ACCOUNT, NUMBER, events, load, numbered, one, value_of

OLD = {"id": "wamid.1", "timestamp": "1794891000", "type": "text", "text": {"body": "hi"}}
PHONE = Identity("phone", "+34600111222")


def chunk(*messages: Any, thread: Any = "34600111222", **metadata: int) -> dict[str, Any]:
    """One piece of history with one thread."""
    threads = [{"id": thread, "messages": list(messages)}]
    return {"metadata": {"phase": 1, "chunk_order": 2, "progress": 40} | metadata, "threads": threads}


def old(event: ChannelEvent) -> notice.HistoryMessage:
    """The old message of *event*."""
    assert isinstance(event.content, notice.HistoryMessage)
    return event.content


def test_a_business_that_shares_nothing_is_told_of() -> None:
    """The refusal is the whole piece of history."""
    refusal = {
        "errors": [
            {"code": 2593109, "title": "History sharing is off", "error_data": {"details": "Declined."}}
        ]
    }

    event = one(numbered("history", history=[refusal]))

    assert event.content == notice.HistoryProgress(code=2593109, text="Declined.")
    assert json.loads(event.raw) == refusal


def test_every_chunk_tells_how_far_it_is() -> None:
    """Messages first, then the progress with their number; its slice is the metadata alone."""
    found = events(numbered("history", history=[chunk({**OLD, "from": "34600111222"}), chunk(progress=100)]))

    assert [event.content for event in found if isinstance(event.content, notice.HistoryProgress)] == [
        notice.HistoryProgress(1, 2, 40, 1),
        notice.HistoryProgress(1, 2, 100, 0),
    ]
    assert json.loads(found[1].raw) == {"phase": 1, "chunk_order": 2, "progress": 40}
    assert found[1].key != found[2].key


@pytest.mark.parametrize(
    ("sender", "ours"),
    [
        ({"from": "15550104477"}, True),
        ({"from": "+1 555-010-4477", "to": "34600111222"}, True),
        ({"from": "34600111222"}, False),
        ({"from": "34600111222", "to": "15550104477"}, False),
        ({"from": "99", "history_context": {"from_me": True}}, True),
        ({"from": "99", "to": "34600111222"}, True),
        ({"from_user_id": "ES.1"}, False),
    ],
    ids=str,
)
def test_who_wrote_an_old_message(sender: dict[str, Any], ours: bool) -> None:
    """The business when it is from its number; the person is the thread's contact in both cases."""
    first, _ = events(numbered("history", history=[chunk({**OLD, **sender})]))

    assert old(first).from_business is ours
    assert first.person.identities == (PHONE,)


def test_a_thread_may_name_its_contact_in_other_ways() -> None:
    """User ids and usernames of the thread's context are the contact's."""
    piece = chunk({**OLD, "from_user_id": "ES.1"}, thread=None)
    piece["threads"][0]["context"] = {"user_id": "ES.1", "username": "lucia.prado"}

    first, _ = events(numbered("history", history=[piece]))

    assert first.person.identities == (Identity("bsuid", "ES.1", ACCOUNT),)
    assert first.person.username == "lucia.prado"


def test_a_file_follows_its_placeholder() -> None:
    """In a webhook of its own, straight in the value, with the same id: it is another event."""
    gap = {"id": "wamid.1", "timestamp": "1794891000", "type": "media_placeholder", "from": "34600111222"}
    file = gap | {"type": "image", "image": {"id": "9001", "mime_type": "image/jpeg"}}

    placeholder, _ = events(numbered("history", history=[chunk(gap)]))
    image = one(numbered("history", messages=[file]))

    assert old(placeholder).content == inbound.Unsupported("media_placeholder")
    assert old(image).content == inbound.Image("9001", "image/jpeg")
    assert old(image).message_id == old(placeholder).message_id
    assert image.key != placeholder.key
    assert image.person.identities == (PHONE,)


@pytest.mark.parametrize("bad", [None, 7, {}, {"id": "x", "type": "text"}, {**OLD, "from": ["1"]}], ids=str)
def test_a_bad_old_message_fails_alone(bad: Any) -> None:
    """Its neighbours and the progress are read."""
    good = {**OLD, "from": "34600111222"}

    parsed = parse(numbered("history", history=[chunk(good, bad, {**good, "id": "wamid.2"})]))

    assert [failure.raw for failure in parsed.failures] == [json.dumps(bad).encode()]
    messages = [event.content for event in parsed.events if isinstance(event, ChannelEvent)]
    assert [type(content).__name__ for content in messages] == ["HistoryMessage"] * 2 + ["HistoryProgress"]


@pytest.mark.parametrize("bad", [None, 7, {}, {"metadata": [], "threads": []}, {"threads": {}}], ids=str)
def test_a_bad_chunk_fails_alone(bad: Any) -> None:
    """The piece beside it is read."""
    parsed = parse(numbered("history", history=[bad, chunk({**OLD, "from": "34600111222"})]))

    assert len(parsed.failures) == 1
    assert len(parsed.events) == 2


def test_a_bad_thread_fails_alone() -> None:
    """The thread beside it is read, and the progress."""
    piece = chunk({**OLD, "from": "34600111222"})
    piece["threads"][:0] = [7, {"id": ["x"]}, {"messages": 7}]

    parsed = parse(numbered("history", history=[piece]))

    assert len(parsed.failures) == 3
    assert len(parsed.events) == 2


def test_an_echo_is_about_the_one_who_was_written_to() -> None:
    """By phone and ids; what it answers is kept."""
    echo = {
        **OLD,
        "from": "15550104477",
        "to_user_id": "ES.1",
        "to_parent_user_id": "ES.ENT.1",
        "context": {"id": "wamid.0"},
    }

    event = one(numbered("smb_message_echoes", message_echoes=[echo]))

    assert event.content == notice.Echo("wamid.1", inbound.Text("hi"), "wamid.0")
    assert event.person.identities == (
        Identity("bsuid", "ES.1", ACCOUNT),
        Identity("parent_bsuid", "ES.ENT.1"),
    )
    assert event.number == NUMBER


def test_an_echo_taken_back_and_one_to_a_group() -> None:
    """Both are echoes: of a revocation, and in the group's conversation."""
    base = {"from": "15550104477", "timestamp": "1794900000", "id": "wamid.2"}
    revoked = base | {"to": "34600111222", "type": "revoke", "revoke": {"original_message_id": "wamid.1"}}
    grouped = base | {"group_id": "R1JPVVA=", "type": "text", "text": {"body": "all"}}

    first, second = events(numbered("smb_message_echoes", message_echoes=[revoked, grouped]))

    assert first.content == notice.Echo("wamid.2", inbound.Revoke("wamid.1"))
    assert second.person.identities == (Identity("group", "R1JPVVA=", NUMBER),)
    assert first.key != second.key


def test_an_echo_of_tomorrow_is_kept() -> None:
    """A type that we do not know is `Unknown`, with its object."""
    body = load("field_smb_message_echoes_text")
    value_of(body)["message_echoes"][0] |= {"type": "hologram", "hologram": {"depth": 3}}

    content = one(json.dumps(body).encode()).content

    assert isinstance(content, notice.Echo)
    assert isinstance(content.content, inbound.Unknown)
    assert content.content.payload["hologram"] == {"depth": 3}
