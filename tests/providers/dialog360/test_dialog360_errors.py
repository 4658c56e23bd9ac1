"""What 360dialog's refusals mean, in all the shapes that they come in (wire.md §3.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.provider import HttpAnswer, ProviderError
from providers.dialog360 import provider
from providers.dialog360.errors import read_error
from providers.dialog360.simulator.refusals import REFUSALS, HubError
from tests.providers.dialog360.conftest import make_settings
from tests.support.desk import Desk

PART = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "Hi"}}


def own(http: int, words: str) -> bytes:
    """The old shape."""
    return json.dumps({"meta": {"success": False, "http_code": http, "developer_message": words}}).encode()


def graph(code: int, **more: Any) -> bytes:
    """Meta's shape."""
    return json.dumps({"error": {"message": "m", "code": code, **more}}).encode()


def read(status: int, body: bytes, **headers: str) -> ProviderError:
    """The error in this answer."""
    return read_error(HttpAnswer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body))


TABLE = [
    ("disabled", "account"),
    ("limit", "rate_limited"),
    ("payment", "account"),
    ("key", "auth"),
    ("blocked", "permission"),
    ("partner", "permission"),
    ("many", "rate_limited"),
    ("internal", "ambiguous"),
    ("unreachable", "unavailable"),
]


@pytest.mark.parametrize(("name", "kind"), TABLE)
@pytest.mark.parametrize("shape", ["meta", "text", "error text"])
def test_the_table_decides_in_every_shape(name: str, kind: str, shape: str) -> None:
    """Each row as the old object, as plain words, and as a text under `error`."""
    refusal = REFUSALS[name]
    bodies = {
        "meta": json.dumps(HubError(name).body()).encode(),
        "text": refusal.words.encode(),
        "error text": json.dumps({"error": refusal.words}).encode(),
    }
    error = read(refusal.http, bodies[shape])
    assert (error.kind, error.http, error.title) == (kind, refusal.http, refusal.words)
    assert error.hint


def test_every_row_has_a_class() -> None:
    """The simulator makes no refusal that is not judged here."""
    assert {name for name, _ in TABLE} == set(REFUSALS)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, own(400, "Client is disabled, contact support"), "account"),
        (400, own(400, "too many requests for this endpoint"), "rate_limited"),
        (400, own(400, "Your account has an unpaid balance"), "account"),
        (400, own(400, "Required parameter is missing"), "invalid"),
        (400, own(400, "Character limit of the text exceeded"), "invalid"),
        (400, own(400, "The template is disabled"), "invalid"),
        (400, own(400, "Too many buttons"), "invalid"),
        (400, own(400, "The recipient is blocked"), "invalid"),
        (400, own(400, "Request limit reached, try again later"), "rate_limited"),
        (400, b'{"errors": [{"title": "Parameter value is not valid", "details": "to"}]}', "invalid"),
        (400, b"", "invalid"),
        (401, b"", "auth"),
        (402, b"", "account"),
        (403, b"<html><body>Forbidden</body></html>", "permission"),
        (404, own(404, "Not found"), "invalid"),
        (408, b"", "ambiguous"),
        (429, b"", "rate_limited"),
        (500, b"", "ambiguous"),
        (502, b"", "ambiguous"),
        (502, b"<html>Bad Gateway</html>", "ambiguous"),
        (502, own(502, "WhatsApp API not available"), "unavailable"),
        (503, b"", "ambiguous"),
        (504, b"", "ambiguous"),
        (302, b"", "unknown"),
    ],
)
def test_other_words_and_none_are_judged(status: int, body: bytes, kind: str) -> None:
    """A page that a machine in between made says nothing of what became of the message."""
    error = read(status, body)
    assert error.kind == kind
    assert "<" not in error.title


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [(131009, 400, "invalid"), (130429, 400, "rate_limited"), (131056, 400, "pair_limited"),
     (131042, 400, "payment"), (131031, 403, "account"), (131000, 500, "ambiguous"),
     (131047, 400, "window_closed"), (190, 401, "auth")],
)  # fmt: skip
def test_metas_errors_pass_through(code: int, status: int, kind: str) -> None:
    """With Meta's classes; only the advice about a token is another, for there is none of ours."""
    error = read(status, graph(code, error_data={"details": "d"}))
    assert (error.kind, error.code, error.details) == (kind, code, "d")
    assert ("360dialog Hub" in error.hint) is (kind == "auth")


def test_a_time_to_wait_is_heeded() -> None:
    """A 429 tells it, and a 503 that tells one was not sent."""
    assert read(429, b"slow down", retry_after="7").retry_after == 7
    assert (found := read(503, b"", retry_after="30")).kind == "unavailable"
    assert found.retry_after == 30


def test_a_send_raises_them() -> None:
    """The send, which is Meta's, reads 360dialog's refusals."""
    desk = Desk(lambda call: HttpAnswer(401, {}, own(401, "Invalid api_key")))
    with pytest.raises(ProviderError) as caught:
        desk.run(provider.send(PART, "+34600111222", "c", make_settings()))
    assert caught.value.kind == "auth"
    assert "api_key" in caught.value.hint


@given(st.integers(100, 599), st.binary(max_size=200))
def test_any_answer_is_judged(status: int, body: bytes) -> None:
    """A send ends with what was accepted or with a `ProviderError`, and never with anything else; nothing
    outside of 2xx is a success."""
    desk, kind = Desk(lambda call: HttpAnswer(status, {}, body)), ""
    try:
        desk.run(provider.send(PART, "+34600111222", "c", make_settings()))
    except ProviderError as error:
        kind = error.kind
    assert kind or 200 <= status < 300
    assert status < 500 or kind in ("ambiguous", "unavailable")
