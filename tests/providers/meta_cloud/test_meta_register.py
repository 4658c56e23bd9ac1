"""Registering a channel's webhooks at Meta, and what Meta says of a channel."""

from __future__ import annotations

import json
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.finding import Finding
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.meta_cloud import provider
from providers.meta_cloud.settings import MetaSettings

T = TypeVar("T")

PNID, WABA = "401122334455667", "198700112233445"
HERE = "https://gw.example.com/webhooks/meta_cloud/duka-main"
THERE = "https://old.example.com/webhooks/meta_cloud/duka-main"
NUMBER = {
    "id": PNID,
    "display_phone_number": "+1 555-010-4477",
    "verified_name": "Duka",
    "quality_rating": "GREEN",
    "status": "CONNECTED",
    "throughput": {"level": "STANDARD"},
    "whatsapp_business_manager_messaging_limit": "TIER_2K",
    "webhook_configuration": {"whatsapp_business_account": HERE, "application": THERE},
    "health_status": {
        "can_send_message": "AVAILABLE",
        "entities": [{"entity_type": "PHONE_NUMBER", "id": PNID, "can_send_message": "AVAILABLE"}],
    },
}
APPS = {"data": [{"whatsapp_business_api_data": {"id": "67", "name": "Duka's app"}}]}
ACCOUNT = {
    "id": WABA,
    "health_status": {
        "can_send_message": "AVAILABLE",
        "entities": [{"entity_type": "WABA", "id": WABA, "can_send_message": "AVAILABLE"}],
    },
}
EXPIRED = {
    "error": {"message": "Error validating access token: Session has expired", "type": "OAuthException",
              "code": 190, "error_subcode": 463, "fbtrace_id": "A1"}
}  # fmt: skip


def settings(**more: Any) -> MetaSettings:
    """A channel's settings."""
    given: dict[str, Any] = {"waba_id": WABA, **more}
    return MetaSettings(
        phone_number_id=PNID, access_token="TOKEN", app_secret="s", verify_token="v e&r", **given
    )


class Graph:
    """Answers by method and path, and remembers what was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers, self.asked = answers, list[HttpRequest]()

    def run(self, steps: Steps[T]) -> T:
        """Conduct *steps* against the answers: a JSON value, or (status, JSON value)."""
        try:
            request = next(steps)
            while True:
                self.asked.append(request)
                assert not request.sends
                assert request.headers["Authorization"] == "Bearer TOKEN"
                path = urlsplit(request.url).path
                assert path.startswith("/v25.0/")
                told = self.answers[f"{request.method} {path.removeprefix('/v25.0')}"]
                status, value = told if isinstance(told, tuple) else (200, told)
                body = value if isinstance(value, bytes) else json.dumps(value).encode()
                request = steps.send(HttpAnswer(status, {}, body))
        except StopIteration as done:
            result: T = done.value
            return result

    @property
    def wrote(self) -> list[tuple[str, Any]]:
        """The path and body of every POST."""
        posts = [each for each in self.asked if each.method == "POST"]
        return [(urlsplit(each.url).path, json.loads(each.body)) for each in posts]


def register(graph: Graph, **more: Any) -> tuple[str, ...]:
    """What `register` says of *graph*."""
    assert provider.registration is not None
    return graph.run(provider.registration.register(HERE, settings(**more)))


def check(answers: dict[str, Any], **more: Any) -> dict[str, Finding]:
    """The findings by name."""
    assert provider.registration is not None
    found = Graph(answers).run(provider.registration.check(HERE, settings(**more)))
    assert len({each.what for each in found}) == len(found)
    return {each.what: each for each in found}


def well(**number: Any) -> dict[str, Any]:
    """A Graph API where all is well, but for *number*."""
    return {
        f"GET /{PNID}": {**NUMBER, **number},
        f"GET /{WABA}/subscribed_apps": APPS,
        f"GET /{WABA}": ACCOUNT,
        f"POST /{WABA}/subscribed_apps": {"success": True},
        f"POST /{PNID}": {"success": True},
    }


OVERRIDE = {"override_callback_uri": HERE, "verify_token": "v e&r"}


def test_the_app_is_subscribed_with_the_address() -> None:
    """One POST to the account carries both, and a sentence says so."""
    graph = Graph(well())

    said = register(graph)

    assert graph.wrote == [(f"/v25.0/{WABA}/subscribed_apps", OVERRIDE)]
    assert HERE in said[0]
    assert WABA in said[0]
    assert "only the field `messages`" in said[-1]


def test_without_an_account_the_number_gets_the_address() -> None:
    """And it is said what was not looked at."""
    graph = Graph(well())

    said = register(graph, waba_id="")

    assert graph.wrote == [(f"/v25.0/{PNID}", {"webhook_configuration": OVERRIDE})]
    assert "waba_id" in said[1]


def test_an_accounts_other_address_is_left_alone() -> None:
    """Another number of the account may live from it; this number's own address goes before it."""
    answers = well()
    answers[f"GET /{WABA}/subscribed_apps"] = {"data": [{**APPS["data"][0], "override_callback_uri": THERE}]}
    graph = Graph(answers)

    said = register(graph)

    assert graph.wrote == [(f"/v25.0/{PNID}", {"webhook_configuration": OVERRIDE})]
    assert THERE in said[0]


def test_a_numbers_other_address_is_replaced() -> None:
    """It would go before the account's."""
    graph = Graph(well(webhook_configuration={"phone_number": THERE, "whatsapp_business_account": HERE}))

    said = register(graph)

    assert [path for path, _ in graph.wrote] == [f"/v25.0/{WABA}/subscribed_apps", f"/v25.0/{PNID}"]
    assert THERE in said[1]


def test_a_long_address_is_refused_before_the_call() -> None:
    """Meta takes 200 characters; the error names both numbers."""
    assert provider.registration is not None
    steps = provider.registration.register("https://gw.example.com/" + "x" * 178, settings())

    with pytest.raises(ProviderError, match=r"has 201 characters, Meta takes 200.*public_url") as caught:
        next(steps)

    assert caught.value.kind == "invalid"


@pytest.mark.parametrize("code", [2200, 100])
def test_a_failed_handshake_is_said_in_words_that_help(code: int) -> None:
    """Whatever the code: when it is about the callback, the hint is about the callback."""
    answers = well()
    message = f"(#{code}) Callback verification failed with the following errors: HTTP Status Code = 403"
    answers[f"POST /{WABA}/subscribed_apps"] = (400, {"error": {"message": message, "code": code}})

    with pytest.raises(ProviderError, match="from the internet") as caught:
        register(Graph(answers))

    assert caught.value.code == code


def test_success_false_is_no_success() -> None:
    """A 200 alone does not register."""
    with pytest.raises(ProviderError, match="success: false"):
        register(Graph(well() | {f"POST /{WABA}/subscribed_apps": {"success": False}}))


def test_all_is_well() -> None:
    """Every finding is good, and the facts are in them."""
    found = check(well())

    assert all(each.ok for each in found.values())
    assert not any(each.remedy for each in found.values())
    assert found["number"].detail == "+1 555-010-4477 Duka, CONNECTED"
    assert found["limits"].detail == "2,000 contacts a day outside the 24-hour window; throughput STANDARD"
    assert found["webhook"].detail == f"Meta calls {HERE}"
    assert "Duka's app (67)" in found["app"].detail
    assert {"health of number", "health of account"} <= found.keys()


def test_a_dead_token_is_the_only_finding() -> None:
    """Everything else would only say it again."""
    (found,) = check({f"GET /{PNID}": (401, EXPIRED)}).values()

    assert (found.what, found.ok) == ("token", False)
    assert "code 190" in found.detail
    assert "renew the access token" in found.remedy


@pytest.mark.parametrize(
    ("fields", "what", "ok", "words"),
    [
        ({"status": "BANNED"}, "number", False, "appeal"),
        ({"status": "DISCONNECTED"}, "number", False, "register the number again"),
        ({"status": "FLAGGED"}, "number", True, "stop campaigns"),
        ({"status": "SOMETHING_NEW"}, "number", False, "WhatsApp Manager"),
        ({"quality_rating": "RED"}, "quality", False, "stop campaigns"),
        ({"quality_rating": "YELLOW"}, "quality", True, "campaigns"),
        ({"webhook_configuration": {"application": THERE}}, "webhook", False, "gateway channel register"),
        ({"webhook_configuration": {}}, "webhook", False, "gateway channel register"),
        ({"webhook_configuration": {"phone_number": THERE, "whatsapp_business_account": HERE}},
         "webhook", False, "gateway channel register"),
        ({"webhook_configuration": {"application": HERE.rpartition("/")[0]}}, "webhook", True, ""),
        ({"webhook_configuration": {"application": HERE[:-2]}}, "webhook", False, "gateway channel register"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_remedy(fields: dict[str, Any], what: str, ok: bool, words: str) -> None:
    """Each state of the number, and each place where the webhook may point."""
    found = check(well(**fields))

    assert found[what].ok is ok
    assert words in found[what].remedy
    assert [each.what for each in found.values() if not each.ok] == ([] if ok else [what])


def test_what_blocks_is_named_with_its_errors() -> None:
    """BLOCKED is wrong, LIMITED is told; the provider's own solution is the remedy."""
    error = {
        "error_code": 141010,
        "error_description": "The account violated the policy.",
        "possible_solution": "Go to Business Support Home.",
    }
    rows = [
        {"entity_type": "PHONE_NUMBER", "id": PNID, "can_send_message": "AVAILABLE"},
        {"entity_type": "WABA", "id": WABA, "can_send_message": "BLOCKED", "errors": [error]},
        {"entity_type": "BUSINESS", "id": "5", "can_send_message": "LIMITED",
         "additional_info": ["The business is not verified."]},
    ]  # fmt: skip
    found = check(well(health_status={"can_send_message": "BLOCKED", "entities": rows}))

    account, business = found["health of account"], found["health of business portfolio"]
    assert (account.ok, account.remedy) == (False, "Go to Business Support Home.")
    assert "The account violated the policy. (code 141010)" in account.detail
    assert (business.ok, found["health of number"].ok) == (True, True)
    assert "not verified" in business.detail
    assert "WhatsApp Manager" in business.remedy


def test_the_sum_alone_is_enough() -> None:
    """Without the single things that it is made of."""
    found = check(well(health_status={"can_send_message": "BLOCKED"}))

    assert (found["health"].ok, found["health"].detail) == (False, "sending is BLOCKED")


def test_no_app_is_subscribed() -> None:
    """Then Meta sends nothing at all."""
    found = check(well() | {f"GET /{WABA}/subscribed_apps": {"data": []}})

    assert not found["app"].ok
    assert "gateway channel register" in found["app"].remedy


def test_what_meta_does_not_tell_is_a_finding() -> None:
    """A missing permission for the account leaves the rest readable."""
    refused = (403, {"error": {"message": "(#100) Unsupported get request", "code": 100}})
    found = check(well() | {f"GET /{WABA}": refused})

    assert not found["account"].ok
    assert "Unsupported get request (code 100)" in found["account"].detail
    assert found["number"].ok


def test_without_an_account_it_is_said_what_is_missing() -> None:
    """That is no failure."""
    found = check(well(), waba_id="")

    assert found["app"].ok
    assert "waba_id" in found["app"].remedy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(
    ["data", "health_status", "entities", "errors", "additional_info", "webhook_configuration", "status",
     "phone_number", "can_send_message", "entity_type", "id", "quality_rating", "throughput", "level"]
)  # fmt: skip
shaped = st.recursive(
    json_values,
    lambda inner: st.dictionaries(fields, inner, max_size=5) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@given(shaped, shaped, shaped, st.sampled_from([200, 400, 500]))
def test_whatever_is_answered_is_survived(number: Any, apps: Any, account: Any, status: int) -> None:
    """Findings or a `ProviderError`, never another exception."""
    answers = {
        f"GET /{PNID}": (status, number),
        f"GET /{WABA}/subscribed_apps": apps,
        f"GET /{WABA}": account,
        f"POST /{WABA}/subscribed_apps": apps,
        f"POST /{PNID}": account,
    }
    assert provider.registration is not None
    found = Graph(answers).run(provider.registration.check(HERE, settings()))
    assert all(isinstance(each, Finding) and each.what and each.detail for each in found)
    try:
        said = register(Graph(answers))
        assert all(isinstance(each, str) for each in said)
    except ProviderError:
        pass


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, None, ""),
        (200, b"something else", "no gateway (HTTP 200)"),
        (403, b"", "another verify_token"),
        (404, b"", "no such channel"),
        (502, b"", "no gateway (HTTP 502)"),
    ],
)
def test_knocking(status: int, body: bytes | None, words: str) -> None:
    """The handshake that Meta will make: the challenge comes back, or it is said what is wrong."""
    assert provider.registration is not None
    steps = provider.registration.knock(HERE, settings())
    request = next(steps)
    query = parse_qs(urlsplit(request.url).query)
    assert query["hub.mode"] == ["subscribe"]
    assert query["hub.verify_token"] == ["v e&r"]

    with pytest.raises(StopIteration) as done:
        steps.send(HttpAnswer(status, {}, query["hub.challenge"][0].encode() if body is None else body))

    assert words in done.value.value
    assert bool(done.value.value) == bool(words)
