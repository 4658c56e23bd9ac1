"""Messages and statuses of other shapes than the samples'."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.model import inbound, notice
from gateway.model.event import ChannelEvent, MessageReceived, StatusReceived
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.bodies import load, value_of


def message(name: str, **fields: Any) -> MessageReceived:
    """A sample's message, with other *fields*."""
    body = load(name)
    value_of(body)["messages"][0].update(fields)
    (event,) = parse(json.dumps(body).encode()).events
    assert isinstance(event, MessageReceived)
    return event


def status(**fields: Any) -> StatusReceived | ChannelEvent:
    """A sample's status, with other *fields*."""
    body = load("status_sent_v23_cbp_with_conversation")
    value_of(body)["statuses"][0].update(fields)
    (event,) = parse(json.dumps(body).encode()).events
    assert not isinstance(event, MessageReceived)
    return event


def test_a_changed_user_id_may_tell_the_one_before() -> None:
    """Previous ids are read where an intermediary adds them."""
    system = {
        "type": "user_changed_user_id",
        "user_id": "ES.2",
        "previous_user_id": "ES.1",
        "parent_user_id": "ES.ENT.2",
        "previous_parent_user_id": "ES.ENT.1",
    }

    content = message("in_system_user_changed_user_id", system=system).content

    assert content == inbound.System(
        event="user_id_changed",
        user_id="ES.2",
        parent_user_id="ES.ENT.2",
        previous_user_id="ES.1",
        previous_parent_user_id="ES.ENT.1",
    )


def test_an_older_change_of_number() -> None:
    """`new_wa_id` is the new number; the one before is kept in the details."""
    system = {"type": "customer_changed_number", "new_wa_id": "34611222333", "customer": "34600111222"}

    content = message("in_system_user_changed_number", system=system).content

    assert content == inbound.System(
        event="number_changed", wa_id="34611222333", details={"customer": "34600111222"}
    )


def test_a_system_message_of_tomorrow_keeps_its_word() -> None:
    """And its identity, whatever that is."""
    content = message("in_system_user_changed_number", system={"type": "user_moved"}, identity="x").content

    assert content == inbound.System(event="user_moved", details={"identity": "x"})


@pytest.mark.parametrize("image", [None, {}, {"caption": "too big"}], ids=repr)
def test_a_file_that_could_not_be_passed_on(image: dict[str, str] | None) -> None:
    """A picture without a file is what its error says (131052: over 100 MB)."""
    errors = [{"code": 131052, "title": "Media download error", "error_data": {"details": "Too large."}}]

    content = message("in_image_with_caption_and_url", image=image, errors=errors).content

    assert content == inbound.Unsupported("image", 131052, "Too large.")


def test_an_ad_with_a_video_shows_both_its_addresses() -> None:
    """The video and its still; a greeting that is a text is one too."""
    referral = {"source_type": "ad", "video_url": "v", "thumbnail_url": "t", "welcome_message": "Hi"}

    found = message("in_text_referral_ad_image", referral=referral).referral

    assert found is not None
    assert (found.media_url, found.thumbnail_url, found.welcome) == ("v", "t", "Hi")


@pytest.mark.parametrize("answer", ["{", "[1]", "7", '"x"', "[" * 100_000], ids=lambda text: text[:4])
def test_a_form_whose_answer_cannot_be_read_is_not_lost(answer: str) -> None:
    """The message arrives, with the provider's own object."""
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": answer}}

    content = message("in_interactive_nfm_reply_flow", interactive=reply).content

    assert isinstance(content, inbound.Unknown)
    assert content.payload["interactive"] == reply


def test_a_contact_may_be_written_with_a_plus() -> None:
    """Or the sender: they are the same person."""
    body = load("in_text_legacy_without_bsuid")
    value = value_of(body)
    value["contacts"] = [{"wa_id": "+34600111222", "profile": {"name": "Lucia Prado"}}]

    (event,) = parse(json.dumps(body).encode()).events

    assert isinstance(event, MessageReceived)
    assert event.sender.name == "Lucia Prado"


def test_the_end_of_a_free_window_is_told_by_its_conversation() -> None:
    """After an answer to an ad; the windows of others say nothing about it."""
    free = {"expiration_timestamp": "1794986400", "origin": {"type": "referral_conversion"}}
    event = status(conversation=free)

    assert isinstance(event, StatusReceived)
    assert event.free_until == 1_794_986_400_000_000
    told = status(conversation={"expiration_timestamp": 1794986400}, pricing={"type": "free_entry_point"})
    assert isinstance(told, StatusReceived)
    assert told.free_until == 1_794_986_400_000_000
    other = status()
    assert isinstance(other, StatusReceived)
    assert other.free_until == 0


@pytest.mark.parametrize("conversation", [None, 7, [], {"origin": 1}, {"expiration_timestamp": {}}], ids=repr)
def test_a_strange_conversation_does_not_cost_the_status(conversation: Any) -> None:
    """Only the window is not known then."""
    event = status(conversation=conversation)

    assert isinstance(event, StatusReceived)
    assert event.free_until == 0


def test_a_status_tells_the_security_code() -> None:
    """Of its recipient, with or without a contact beside it; another name of the parent id is read too."""
    event = status(recipient_identity_key_hash="aGFzaA==", parent_recipient_user_id="ES.ENT.1")

    assert isinstance(event, StatusReceived)
    assert event.recipient.key_hash == "aGFzaA=="
    assert [identity.kind for identity in event.recipient.identities] == ["phone", "bsuid", "parent_bsuid"]


def test_a_code_may_be_written_as_text() -> None:
    """And is classed all the same."""
    event = status(status="failed", errors=[{"code": "131047"}])

    assert isinstance(event, StatusReceived)
    assert event.failure is not None
    assert (event.failure.kind, event.failure.code) == ("window_closed", 131047)


@pytest.mark.parametrize("word", ["deleted", "warning", "teleported"])
def test_a_status_that_we_do_not_know_is_told(word: str) -> None:
    """It moves no message; each member of a group has its own."""
    first = status(status=word, recipient_participant_id="1")
    second = status(status=word, recipient_participant_id="2")

    assert isinstance(first, ChannelEvent)
    assert isinstance(second, ChannelEvent)
    assert first.content == notice.UnknownStatus("wamid.U0FNUExFLU9VVEJPVU5ELTE=", word)
    assert first.key != second.key
