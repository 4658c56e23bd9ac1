"""Read receipts: the request, and what its answers mean."""

from __future__ import annotations

import json

import pytest

from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from providers.meta_cloud import provider
from tests.providers.meta_cloud.conftest import make_settings

SETTINGS = make_settings()
WAMID = "wamid.U0FNUExFLXRleHQ="


def request(typing: bool) -> HttpRequest:
    """The request that a receipt makes."""
    assert provider.receipts is not None
    return next(provider.receipts.mark_read(WAMID, typing, SETTINGS))


def answer(status: int, body: bytes) -> None:
    """Have a receipt answered; returns when Meta took it."""
    assert provider.receipts is not None
    steps = provider.receipts.mark_read(WAMID, False, SETTINGS)
    next(steps)
    with pytest.raises(StopIteration):
        steps.send(HttpAnswer(status, {}, body))


def test_a_receipt_is_no_send() -> None:
    """The endpoint of the messages, but a lost answer leaves no message in doubt."""
    plain, typing = request(False), request(True)

    assert plain.url == typing.url == "https://graph.facebook.com/v25.0/401122334455667/messages"
    assert not plain.sends
    assert plain.headers["Authorization"] == "Bearer token-1"
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": WAMID}
    assert json.loads(plain.body) == read
    assert json.loads(typing.body) == read | {"typing_indicator": {"type": "text"}}


def test_success_ends_it() -> None:
    """Nothing is returned."""
    answer(200, b'{"success":true}')


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b'{"success":false}', "unknown"),
        (200, b"", "unknown"),
        (200, b"[1]", "unknown"),
        (200, b'{"error":{"code":131009,"message":"m"}}', "invalid"),
        (400, b'{"error":{"code":131009,"message":"m"}}', "invalid"),
        (401, b'{"error":{"code":190,"message":"m"}}', "auth"),
        (400, b'{"error":{"code":130429,"message":"m"}}', "rate_limited"),
        (502, b"<html>", "ambiguous"),
    ],
)
def test_every_other_answer_is_an_error(status: int, body: bytes, kind: str) -> None:
    """Checked as a send's answers are."""
    with pytest.raises(ProviderError) as caught:
        answer(status, body)
    assert caught.value.kind == kind


def test_a_message_without_an_id_is_refused_before_the_call() -> None:
    """Meta is not asked."""
    assert provider.receipts is not None
    for wrong in ("", "  ", "w" * 513):
        with pytest.raises(ProviderError, match="1 to 512"):
            next(provider.receipts.mark_read(wrong, True, SETTINGS))
