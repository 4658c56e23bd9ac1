"""Only who knows our secrets is let in (wire.md §3.1; reliability.md A7)."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.provider import WebhookRequest
from providers.dialog360 import provider
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.verify import SIGNATURE, carries, handshake, signature, signed, verify
from tests.providers.dialog360.conftest import VALUE, make_settings, sample

VECTORS = json.loads(sample("SIGNATURE_VECTORS"))
[VECTOR] = VECTORS
SECRET, BODY = VECTOR["platform_secret"], base64.b64decode(VECTOR["raw_body_base64"])
GOOD = VECTOR[SIGNATURE]
HEADER = "x-gateway-secret"
SIGNED = make_settings(webhook_header=None, platform_secret=SECRET)
BOTH = make_settings(platform_secret=SECRET)
PLAIN = make_settings()


def ask(settings: Dialog360Settings, body: bytes = BODY, **headers: list[str]) -> bool:
    """Whether a request with these headers ("_" for "-") is authentic."""
    named = {name.replace("_", "-"): values for name, values in headers.items()}
    return verify(WebhookRequest("/webhooks/dialog360/c", "", named, body), settings)


def test_the_vector_is_accepted() -> None:
    """Bare or with "sha256=" in front, in any case, also after a rotation."""
    assert len(VECTORS) == 1
    assert signature(BODY, SECRET) == GOOD
    rotated = make_settings(webhook_header=None, platform_secret=["newer", SECRET])
    for value in (GOOD, f"sha256={GOOD}", GOOD.upper(), f" {GOOD} "):
        assert ask(SIGNED, x_360dialog_signature=[value])
        assert ask(rotated, x_360dialog_signature=[value])


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["sha256="],
        [GOOD, GOOD],
        [GOOD[:-1]],
        [GOOD + "0"],
        ["sha1=" + GOOD],
        ["sha256=sha256=" + GOOD],
        [("0" if GOOD[0] != "0" else "1") + GOOD[1:]],
        ["é" * 64],
        ["٠" * 64],
        [signature(BODY, "another-secret")],
        [signature(json.dumps(json.loads(BODY)).encode() + b"\n", SECRET)],
        [base64.b64encode(bytes.fromhex(GOOD)).decode()],
    ],
)
def test_another_signature_is_refused(values: list[str]) -> None:
    """Missing, repeated, cut, flipped, of other bytes or of another secret."""
    assert not ask(SIGNED, x_360dialog_signature=values)


@pytest.mark.parametrize("place", [0, len(BODY) // 2, len(BODY) - 1])
def test_a_flipped_byte_is_refused(place: int) -> None:
    """The signature is over every byte as it came."""
    changed = bytearray(BODY)
    changed[place] ^= 1
    assert not ask(SIGNED, bytes(changed), x_360dialog_signature=[GOOD])
    again = json.dumps(json.loads(BODY), ensure_ascii=False, separators=(",", ":")).encode()
    assert not ask(SIGNED, again, x_360dialog_signature=[GOOD])


@pytest.mark.parametrize(
    "values", [[], [""], [VALUE, VALUE], [VALUE + " "], [VALUE[:-1]], [VALUE.upper()], ["é"], ["\udcff"]]
)
def test_another_header_value_is_refused(values: list[str]) -> None:
    """Exactly one value, and exactly ours."""
    assert ask(PLAIN, x_gateway_secret=[VALUE])
    assert not ask(PLAIN, x_gateway_secret=values)


def test_any_of_several_values_counts() -> None:
    """While a value is rotated, both come."""
    settings = make_settings(webhook_header={"name": "X-Gateway-Secret", "value": ["new", "old"]})
    assert ask(settings, x_gateway_secret=["new"])
    assert ask(settings, x_gateway_secret=["old"])
    assert not ask(settings, x_gateway_secret=["newold"])


def test_basic_authentication_is_compared_as_a_header() -> None:
    """User and password both have to be right."""
    settings = make_settings(webhook_header=None, webhook_basic={"user": "gw", "password": "pass"})
    right = "Basic " + base64.b64encode(b"gw:pass").decode()
    assert ask(settings, authorization=[right])
    for wrong in (b"gw:pas", b"gx:pass", b"gw:", b":pass"):
        assert not ask(settings, authorization=["Basic " + base64.b64encode(wrong).decode()])


def test_two_checks_are_two() -> None:
    """With both configured, neither alone is enough."""
    assert ask(BOTH, x_gateway_secret=[VALUE], x_360dialog_signature=[GOOD])
    assert not ask(BOTH, x_gateway_secret=[VALUE])
    assert not ask(BOTH, x_360dialog_signature=[GOOD])
    assert not ask(BOTH, x_gateway_secret=["x"], x_360dialog_signature=[GOOD])
    assert not ask(BOTH, x_gateway_secret=[VALUE], x_360dialog_signature=["0" * 64])


@given(st.binary(max_size=300), st.binary(max_size=300), st.text(min_size=1, max_size=40))
def test_a_signature_is_good_for_its_body_only(body: bytes, other: bytes, secret: str) -> None:
    """Whatever the bytes and the secret are."""
    made = signature(body, secret)
    assert signed(body, [made], [secret])
    assert signed(other, [made], [secret]) is (body == other)
    assert not signed(body, [made], [secret + "x"])


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_values_are_judged(values: list[str]) -> None:
    """Strange ones are refused, and nothing is raised."""
    assert not signed(BODY, values, [SECRET])
    header = PLAIN.header
    assert header is not None
    assert carries(values, header) is (values == [VALUE])


@pytest.mark.parametrize(
    ("query", "settings", "answer"),
    [
        ({"hub.mode": "subscribe", "hub.challenge": "1158201444"}, [PLAIN], "1158201444"),
        ({"hub.mode": "subscribe", "hub.challenge": "1158201444"}, [], None),
        ({"hub.mode": "unsubscribe", "hub.challenge": "1"}, [PLAIN], None),
        ({"hub.mode": "subscribe"}, [PLAIN], None),
        ({"hub.mode": "subscribe", "hub.challenge": "<script>"}, [PLAIN], None),
        ({"hub.mode": "subscribe", "hub.challenge": "1" * 257}, [PLAIN], None),
        ({"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "x"}, [PLAIN], None),
        ({"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "é"}, [PLAIN], None),
        ({}, [PLAIN], None),
    ],
)
def test_a_challenge_is_answered_though_nobody_asks_for_it(
    query: dict[str, str], settings: list[Any], answer: str | None
) -> None:
    """It is harmless (wire.md §3); what could be markup is not echoed."""
    assert handshake(query, settings) == answer == provider.handshake(query, settings)
