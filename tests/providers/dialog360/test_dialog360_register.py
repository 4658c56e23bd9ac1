"""Registering a number's webhooks at 360dialog, and what it says of a channel."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gateway.model.finding import Finding
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.dialog360 import provider
from providers.dialog360.settings import Dialog360Settings
from tests.providers.dialog360.conftest import BASE, VALUE, make_settings
from tests.support.desk import Desk

HERE = "https://gw.example.com/webhooks/dialog360/duka-main"
THERE = "https://old.example.com/webhooks/dialog360/duka-main"
OURS = {"X-Gateway-Secret": VALUE}
SIGNED: dict[str, Any] = {"webhook_header": None, "platform_secret": ["p", "old"]}


def offered() -> Any:
    """What registers."""
    assert provider.registration is not None
    return provider.registration


def asked(steps: Steps[Any], body: Any, status: int = 200) -> tuple[Any, list[HttpRequest]]:
    """What *steps* return for this answer, and their calls."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    desk = Desk(lambda call: HttpAnswer(status, {}, raw))
    return desk.run(steps), desk.calls


def check(told: Any, status: int = 200, callback: str = HERE, **given: Any) -> dict[str, Finding]:
    """The findings by what they are about."""
    found, calls = asked(offered().check(callback, make_settings(**given)), told, status)
    assert [(call.method, call.url) for call in calls] == [("GET", f"{BASE}/v1/configs/webhook")]
    assert calls[0].headers == {"D360-API-KEY": "key-1"}
    return {finding.what: finding for finding in found}


def test_the_address_is_registered_with_our_header() -> None:
    """One call for the number of the key."""
    done, (call,) = asked(offered().register(HERE, make_settings()), {})
    assert (call.method, call.url, call.sends) == ("POST", f"{BASE}/v1/configs/webhook", False)
    assert json.loads(call.body) == {"url": HERE, "headers": OURS}
    assert "401122334455667" in done[0]
    assert HERE in done[0]
    assert VALUE not in "".join(done)


def test_the_first_of_several_values_is_registered() -> None:
    """The others are those that may still come."""
    header = {"name": "X-Gateway-Secret", "value": ["new", "old"]}
    done, (call,) = asked(offered().register(HERE, make_settings(webhook_header=header)), {})
    assert json.loads(call.body)["headers"] == {"X-Gateway-Secret": "new"}
    assert "the first of its values" in done[1]


def test_who_has_only_the_signature_is_told_what_that_means() -> None:
    """No header is registered, and what to do when webhooks are refused."""
    done, (call,) = asked(offered().register(HERE, make_settings(**SIGNED)), {})
    assert json.loads(call.body) == {"url": HERE}
    assert "set webhook_header and register again" in done[1]


def test_an_address_that_it_would_not_call_is_not_registered() -> None:
    """360dialog calls https only."""
    desk = Desk(lambda call: HttpAnswer(200, {}, b"{}"))
    with pytest.raises(ProviderError, match="https addresses only"):
        desk.run(offered().register("http://gw.example.com/x", make_settings()))
    assert not desk.calls


def test_a_refused_registration_says_why() -> None:
    """In 360dialog's words, with the remedy."""
    body = {"meta": {"http_code": 401, "developer_message": "Invalid api_key"}}
    with pytest.raises(ProviderError) as caught:
        asked(offered().register(HERE, make_settings()), body, 401)
    assert caught.value.kind == "auth"
    assert "api_key" in caught.value.hint


def test_a_good_channel_has_no_complaint() -> None:
    """Key, address and header."""
    found = check({"url": HERE, "headers": OURS})
    assert set(found) == {"api_key", "webhook", "webhook_header"}
    assert all(finding.ok for finding in found.values())
    assert VALUE not in repr(found)


@pytest.mark.parametrize(
    ("told", "what", "ok", "says"),
    [
        ({"url": THERE, "headers": OURS}, "webhook", False, f"calls {THERE}, and not {HERE}"),
        ({"url": "https://gw.example.com/webhooks/dialog360"}, "webhook", True, "of all channels"),
        ({}, "webhook", False, "no address to call"),
        ([], "webhook", False, "no address to call"),
        ({"url": None}, "webhook", False, "no address to call"),
        ({"url": HERE}, "webhook_header", True, "does not tell which headers"),
        ({"url": HERE, "headers": {}}, "webhook_header", False, "sends no X-Gateway-Secret"),
        ({"url": HERE, "headers": {"x-gateway-secret": VALUE}}, "webhook_header", True, "our value"),
        ({"url": HERE, "headers": {"X-Gateway-Secret": "other"}}, "webhook_header", False, "another value"),
        ({"url": HERE, "headers": {"X-Gateway-Secret": "co***"}}, "webhook_header", True, "not shown"),
    ],
)
def test_what_is_registered_is_read_back(told: Any, what: str, ok: bool, says: str) -> None:
    """The address and the header, as far as 360dialog tells them."""
    finding = check(told)[what]
    assert (finding.ok, says in finding.detail) == (ok, True)
    assert finding.ok or "gateway channel register" in finding.remedy


def test_an_older_value_is_told() -> None:
    """It still works, and should not stay."""
    header = {"name": "X-Gateway-Secret", "value": ["n" * 40, VALUE]}
    finding = check({"url": HERE, "headers": OURS}, webhook_header=header)["webhook_header"]
    assert finding.ok
    assert "older value" in finding.detail


@pytest.mark.parametrize(
    ("given", "weak"),
    [
        ({}, ""),
        ({"webhook_header": {"name": "X-A", "value": "short"}}, "webhook_header.value"),
        ({"webhook_header": {"name": "X-A", "value": ["x" * 32, "short"]}}, "webhook_header.value"),
        ({"webhook_header": {"name": "X-A", "value": "Bearer " + "x" * 31}}, "webhook_header.value"),
        ({"webhook_header": {"name": "Authorization", "value": "Basic " + "YTpi"}}, "webhook_header.value"),
        ({"webhook_header": None, "webhook_basic": {"user": "u", "password": "p"}}, "webhook_basic.password"),
        ({"webhook_header": None, "webhook_basic": {"user": "u", "password": "p" * 32}}, ""),
        (SIGNED, ""),
    ],
)
def test_a_weak_secret_is_told(given: dict[str, Any], weak: str) -> None:
    """It is allowed, and whoever looks sees what to do."""
    found = [finding for finding in check({}, **given).values() if "bytes" in finding.detail]
    assert [finding.what for finding in found] == ([weak] if weak else [])
    assert all("openssl rand" in finding.remedy for finding in found)


def test_a_dead_key_is_a_finding() -> None:
    """With what to do about it; the rest that can be told is told."""
    body = {"meta": {"http_code": 401, "developer_message": "Invalid api_key"}}
    found = check(body, 401, webhook_header={"name": "X-A", "value": "short"})
    assert not found["api_key"].ok
    assert "Hub" in found["api_key"].remedy
    assert "webhook_header.value" in found
    assert not check(b"oops", 500)["webhook"].ok


OTHERS: list[dict[str, Any]] = [
    {},
    {"webhook_header": {"name": "X-Other", "value": VALUE}},
    {"webhook_header": {"name": "X-Gateway-Secret", "value": "another"}},
    {"platform_secret": "p"},
    {"platform_secret": ["p", "old"]},
    SIGNED,
]


@pytest.mark.parametrize("given", OTHERS)
def test_the_knock_asks_for_the_same_secrets(given: dict[str, Any]) -> None:
    """The gateway that has them says so, every other does not; it is no webhook, and no secret is in it."""
    settings: Dialog360Settings = make_settings(**given)
    others = [make_settings(**each) for each in OTHERS if each is not given]
    calls: list[HttpRequest] = []

    def gateway(*channels: Dialog360Settings) -> Any:
        def http(call: HttpRequest) -> HttpAnswer:
            calls.append(call)
            query = dict(parse_qsl(urlsplit(call.url).query))
            told = provider.handshake(query, channels)
            return HttpAnswer(403 if told is None else 200, {}, (told or "").encode())

        return http

    assert Desk(gateway(*others, settings)).run(offered().knock(HERE, settings)) == ""
    assert "other secrets" in Desk(gateway(*others)).run(offered().knock(HERE, settings))
    assert {(call.method, call.url.partition("?")[0]) for call in calls} == {("GET", HERE)}
    assert VALUE not in calls[0].url


@pytest.mark.parametrize(
    ("status", "says"),
    [(403, "other secrets"), (404, "no such channel"), (200, "no gateway (HTTP 200)"),
     (502, "no gateway (HTTP 502)")],
)  # fmt: skip
def test_what_answers_the_knock_is_said(status: int, says: str) -> None:
    """In words for a person; whoever answers everything with 200 is no gateway."""
    wrong, _ = asked(offered().knock(HERE, make_settings()), b"hello", status)
    assert says in wrong
