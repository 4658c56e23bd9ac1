"""No secret reaches the page."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.demo.phone import redact, wire
from gateway.simulator import Exchange
from tests.demo.phone.stranger import Stranger

SECRET = st.text("abcdefghijkmnpqrstuvwxyz0123456789", min_size=12, max_size=40)


def exchange(
    headers: dict[str, str], body: str, url: str = "http://127.0.0.1:1/x", answer: str = ""
) -> Exchange:
    """One exchange with these contents."""
    return Exchange(1, 0.0, "api", "POST", url, headers, body, 200, answer, 0.01)


@given(SECRET)
def test_settings_that_open_doors_are_nowhere(secret: str) -> None:
    """Wherever a channel's secret stands, in whatever setting, it does not come out."""
    stranger = Stranger({"app_secret": [secret], "nested": {"value": secret}, "number": "401"})
    seen = exchange(
        {"Authorization": f"Bearer {secret}", "X-Own": secret, "Content-Type": "application/json"},
        json.dumps({"a": {"b": [secret]}, "text": f"it is {secret}."}),
        f"http://127.0.0.1:1/{secret}/x?access_token={secret}&after=3",
        json.dumps({"token": secret}),
    )
    shown = json.dumps(wire.whole("stranger", seen, stranger), ensure_ascii=False)
    assert secret not in shown
    assert "after=3" in shown


@given(SECRET)
def test_what_is_named_like_a_secret_is_hidden_without_being_known(secret: str) -> None:
    """Headers, parameters and members by their names, in a body that is cut too."""
    for name in ("Authorization", "D360-API-KEY", "X-Gateway-Secret", "Cookie"):
        assert secret not in redact.value(name, secret)
    assert secret not in redact.words(f'{{"auth_token": "{secret}", "cut": "', ())
    assert secret not in redact.words(f"https://a.example/f?sig={secret}&hash={secret}#x", ())


def test_signatures_keep_their_beginning() -> None:
    """Two signatures can be told apart, and neither can be used."""
    assert redact.value("X-Hub-Signature-256", "sha256=" + "ab" * 32) == "sha256=abababab…"
    assert redact.value("X-Twilio-Signature", "bgzYwyDIabcdefgh=") == "bgzYwyDI…"


def test_a_form_is_one_field_per_line() -> None:
    """A form is decoded, JSON inside of a field too."""
    body = 'Body=Hello+there&ContentVariables=%7B"1"%3A"Ana"%7D'
    assert json.loads(wire.pretty(body, "application/x-www-form-urlencoded; charset=utf-8")) == {
        "Body": "Hello there",
        "ContentVariables": {"1": "Ana"},
    }


@given(st.text(), st.text())
def test_any_body_can_be_shown(body: str, answer: str) -> None:
    """Whatever was on the wire."""
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        shown = wire.whole("s", exchange({"Content-Type": kind}, body, answer=answer), Stranger({}))
        assert isinstance(shown["body"], str)
        assert len(shown["gist"]) <= 140
