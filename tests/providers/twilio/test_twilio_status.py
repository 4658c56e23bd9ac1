"""Statuses: every word, our own id in the address, and why something failed (wire.md §4.3)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.event import ChannelEvent, StatusReceived
from gateway.model.notice import UnknownStatus
from gateway.model.status import RANK, Failure
from providers.twilio import provider
from tests.providers.twilio.conftest import ACCOUNT, NUMBER
from tests.support.examples import examples

SID = "SM00000000000000000000000000001389"
BASE = {
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": f"whatsapp:{NUMBER}",
    "To": "whatsapp:+34600111222",
}


def read(query: str = "", **parameters: str) -> StatusReceived:
    """The one status in a form."""
    parsed = provider.parse(urlencode(BASE | parameters).encode(), query)
    assert parsed.failures == ()
    (event,) = parsed.events
    assert isinstance(event, StatusReceived)
    return event


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", "accepted"),
        ("scheduled", "accepted"),
        ("queued", "accepted"),
        ("sending", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("DELIVERED", "delivered"),
    ],
)
def test_every_word_of_the_table(word: str, status: str) -> None:
    """What is pending has the rank of what was just accepted: it moves nothing, and proves that it came."""
    event = read(MessageStatus=word)
    assert event.status == status
    assert event.at == 0
    assert (event.failure is not None) == (status == "failed")
    assert read(SmsStatus=word).status == status


def test_pending_moves_nothing() -> None:
    """A part that the provider took has this rank already."""
    assert RANK[read(MessageStatus="queued").status] == RANK["accepted"]


@pytest.mark.parametrize("word", ["partially_delivered", "exploded", "received2"])
def test_an_unknown_word_is_told_as_an_event(word: str) -> None:
    """It is kept with its word, once."""
    body = urlencode(BASE | {"MessageStatus": word}).encode()
    (event,) = provider.parse(body).events
    assert isinstance(event, ChannelEvent)
    assert (event.name, event.content) == ("status_unknown", UnknownStatus(SID, word))
    assert (event.number, event.account, event.raw) == (NUMBER, ACCOUNT, body)
    assert provider.parse(body).events == (event,)
    other = provider.parse(urlencode(BASE | {"MessageStatus": word + "x"}).encode()).events[0]
    assert isinstance(other, ChannelEvent)
    assert other.key != event.key


@pytest.mark.parametrize(
    ("query", "correlation"),
    [
        ("", ""),
        ("c=m-1.0", "m-1.0"),
        ("x=1&c=m-1.0&y=2", "m-1.0"),
        ("c=m-1.0&c=other", "m-1.0"),
        ("c=a%26b%3D%20%C3%B1", "a&b= ñ"),
        ("c=%00a", "a"),
        ("c=" + "x" * 513, ""),
        ("cc=m-1.0", ""),
        ("c", ""),
    ],
)
def test_our_own_id_comes_back_in_the_address(query: str, correlation: str) -> None:
    """That is how a status finds its part when the answer to the send was lost."""
    assert read(query, MessageStatus="sent").correlation == correlation


@examples(100)
@given(st.text(max_size=40).filter(lambda text: "\0" not in text))
def test_any_id_survives_the_address(text: str) -> None:
    """As the send writes it."""
    safe = text.encode("utf-8", "replace").decode()
    assert read(f"c={quote(safe, safe='')}", MessageStatus="sent").correlation == safe


def test_a_messaging_service_may_choose_another_sender() -> None:
    """The address tells whose channel it was; a sender that is not chosen yet is no news."""
    other = read(f"c=m&n={quote(NUMBER)}", MessageStatus="delivered", From="whatsapp:+15550009999")
    assert (other.number, other.correlation) == (NUMBER, "m")
    assert read(f"n={quote(NUMBER)}", MessageStatus="failed", From="", ErrorCode="21703").number == NUMBER
    assert read("n=nonsense", MessageStatus="sent").number == NUMBER
    pending = provider.parse(urlencode(BASE | {"MessageStatus": "accepted", "From": ""}).encode())
    assert (pending.events, pending.failures) == ((), ())
    assert read(MessageStatus="failed", From="", ErrorCode="21703").number == ""


@pytest.mark.parametrize(
    ("told", "failure"),
    [
        ({}, Failure("unknown")),
        ({"ErrorCode": "0"}, Failure("unknown")),
        ({"ErrorCode": "nonsense"}, Failure("unknown")),
        ({"ErrorCode": "63009"}, Failure("unavailable", 63009)),
        ({"ErrorCode": "63049", "ErrorMessage": "Meta chose not to"},
         Failure("ecosystem_limited", 63049, title="Meta chose not to")),
        ({"ErrorCode": "99999"}, Failure("unknown", 99999)),
        ({"ErrorCode": "63024", "ChannelStatusMessage": "no number here"},
         Failure("undeliverable", 63024, details="no number here")),
        ({"ErrorCode": "63016", "ErrorMessage": "x" * 900}, Failure("window_closed", 63016, title="x" * 500)),
    ],
)  # fmt: skip
def test_a_failure_has_its_class_and_twilio_s_words(told: dict[str, str], failure: Failure) -> None:
    """In a status nothing is in doubt any more."""
    assert read(MessageStatus="failed", **told).failure == failure
    assert read(MessageStatus="undelivered", **told).failure == failure


def test_a_canceled_message_says_so() -> None:
    """It has no error code."""
    failure = read(MessageStatus="canceled").failure
    assert failure == Failure("unknown", title="canceled", details="canceled at Twilio before it was sent")


def test_the_recipient_is_known_by_all_names() -> None:
    """A user id in the address, and the one beside it."""
    event = read(
        MessageStatus="sent",
        To="whatsapp:ES.90817263544536271",
        ExternalUserId="whatsapp:ES.90817263544536271",
    )
    assert [(each.kind, each.value, each.scope) for each in event.recipient.identities] == [
        ("bsuid", "ES.90817263544536271", ACCOUNT)
    ]
