"""The typing indicator, which marks as read too."""

from __future__ import annotations

import json

import pytest

from gateway.provider import HttpAnswer, ProviderError
from providers.twilio.receipts import TwilioReceipts
from providers.twilio.wire import nth
from tests.providers.twilio.outgoing import SETTINGS, SID, ok, refusal
from tests.support.desk import Desk

RECEIPTS = TwilioReceipts()


@pytest.mark.parametrize("typing", [True, False])
def test_a_message_is_marked_by_the_indicator(typing: bool) -> None:
    """Twilio has one call for both, which sends nothing."""
    desk = Desk(lambda call: ok({"success": True}, 200))
    desk.run(RECEIPTS.mark_read(SID, typing, SETTINGS))
    (call,) = desk.calls
    assert json.loads(call.body) == {"channel": "WHATSAPP", "messageId": SID}
    assert call.headers["Authorization"] == SETTINGS.basic
    assert not call.sends


def test_the_second_file_of_a_message_is_the_message() -> None:
    """Its id is made of the message's; Twilio knows that one."""
    desk = Desk(lambda call: ok({"success": True}, 200))
    desk.run(RECEIPTS.mark_read(nth(SID, 1), True, SETTINGS))
    assert json.loads(desk.calls[0].body)["messageId"] == SID


@pytest.mark.parametrize("sid", ["", "wamid.SU5C", "SM1", "../Messages"])
def test_what_is_no_message_of_twilio_s_is_not_asked_for(sid: str) -> None:
    """The refusal says that nothing was marked."""
    desk = Desk(lambda call: ok({"success": True}, 200))
    with pytest.raises(ProviderError, match="nothing was marked"):
        desk.run(RECEIPTS.mark_read(sid, True, SETTINGS))
    assert desk.calls == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(404, 20404), "invalid"),
        (refusal(500, 0), "unavailable"),
        (ok({"success": False}, 200), "unknown"),
        (ok({}, 200), "unknown"),
        (HttpAnswer(200, {}, b"<html>"), "unavailable"),
    ],
)
def test_every_answer_but_success_is_an_error(answer: HttpAnswer, kind: str) -> None:
    """None of them is in doubt: marking again does no harm."""
    with pytest.raises(ProviderError) as caught:
        Desk(lambda call: answer).run(RECEIPTS.mark_read(SID, True, SETTINGS))
    assert caught.value.kind == kind
