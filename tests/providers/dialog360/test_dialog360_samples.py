"""Every sample of 360dialog, with the kind that its index says."""

from __future__ import annotations

import json
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.event import MessageReceived, StatusReceived
from gateway.provider import HttpAnswer, Parsed, WebhookRequest
from providers.dialog360 import provider
from providers.dialog360.errors import read_error
from providers.dialog360.register import register
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.verify import SIGNATURE, signature
from tests.providers.dialog360.conftest import FOLDER, VALUE, make_settings, sample
from tests.providers.meta_cloud.expected.messages import INBOUND
from tests.providers.meta_cloud.expected.statuses import STATUSES
from tests.support.desk import Desk
from tests.support.examples import examples

INDEX = json.loads((FOLDER / "INDEX.json").read_bytes())
NUMBER = "401122334455667"


def names(kind: str) -> list[str]:
    """The samples of this kind."""
    return [entry["file"].removesuffix(".json") for entry in INDEX if entry["kind"] == kind]


def test_all_samples_are_here_counted_by_kind() -> None:
    """Every file of the folder is in the index, and every kind has a test below."""
    kinds = Counter(entry["kind"] for entry in INDEX)
    assert kinds == {"inbound": 34, "status": 16, "send_response": 2, "config": 1, "templates": 1}
    files = {path.name for path in FOLDER.glob("*.json")}
    assert files == {entry["file"] for entry in INDEX} | {"INDEX.json", "SIGNATURE_VECTORS.json"}
    assert set(names("inbound")) == set(INBOUND)
    assert set(names("status")) == set(STATUSES)


@pytest.mark.parametrize("name", names("inbound"))
def test_a_message_is_authentic_and_says_all_that_its_sample_holds(name: str) -> None:
    """As 360dialog would send it: content, sender, context and referral, member by member."""
    body, settings = sample(name), make_settings(platform_secret="p")
    headers = {"x-gateway-secret": [VALUE], SIGNATURE: [signature(body, "p")]}
    assert provider.verify(WebhookRequest("/webhooks/dialog360/c", "", headers, body), settings)
    assert provider.scan(body) == (NUMBER,)
    parsed = provider.parse(body)
    assert parsed.failures == ()
    (event,) = parsed.events
    assert isinstance(event, MessageReceived)
    assert (event.content, event.sender, event.context, event.referral) == INBOUND[name]
    assert event.number == NUMBER


@pytest.mark.parametrize("name", names("status"))
def test_a_status_says_all_that_its_sample_holds(name: str) -> None:
    """The whole event, but for its raw slice."""
    parsed = provider.parse(sample(name))
    assert parsed.failures == ()
    (event,) = parsed.events
    assert isinstance(event, StatusReceived)
    assert msgspec.structs.replace(event, raw=b"") == STATUSES[name]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("response_error_401_invalid_api_key", "auth", 0),
        ("response_error_meta_passthrough_131009", "invalid", 131009),
    ],
)
def test_a_refusal_is_understood(name: str, kind: str, code: int) -> None:
    """360dialog's own shape and Meta's."""
    http = next(entry["http"] for entry in INDEX if entry["file"] == f"{name}.json")
    error = read_error(HttpAnswer(http, {}, sample(name)))
    assert (error.kind, error.code, error.http) == (kind, code, http)
    assert error.title in ("Invalid api_key", "(#131009) Parameter value is not valid")


@pytest.mark.parametrize("name", names("config"))
def test_what_is_registered_is_what_the_sample_says(name: str) -> None:
    """The same body, from the settings that fit it."""
    expected = json.loads(sample(name))
    ((header, value),) = expected["headers"].items()
    desk = Desk(lambda call: HttpAnswer(200, {}, b"{}"))
    settings: Dialog360Settings = make_settings(webhook_header={"name": header, "value": value})
    desk.run(register(expected["url"], settings))
    assert json.loads(desk.calls[0].body) == expected


@pytest.mark.parametrize("name", names("templates"))
def test_a_page_of_templates_is_read(name: str) -> None:
    """The list's name and the small letters of its status are 360dialog's, the template is ours."""
    desk = Desk(lambda call: HttpAnswer(200, {}, sample(name)))
    assert provider.templates is not None
    (found,) = desk.run(provider.templates.list(make_settings()))
    assert (found.name, found.language, found.category) == ("visit_reminder", "es", "utility")
    assert (found.status, found.provider_id, found.body) == ("APPROVED", "tpl-1", "Hola {{1}}")


def test_a_payload_without_an_envelope_is_kept_and_named() -> None:
    """It is the On-Premises API's; who looks at the failure knows what to do."""
    value = json.loads(sample("in_text"))["entry"][0]["changes"][0]["value"]
    flat = {name: value[name] for name in ("contacts", "messages")}
    body = json.dumps(flat).encode()
    parsed = provider.parse(body)
    assert parsed.events == ()
    (failure,) = parsed.failures
    assert "On-Premises" in failure.reason
    assert "contacts, messages" in failure.reason
    assert failure.raw == body


def test_an_event_of_the_partner_hub_is_kept_and_named() -> None:
    """It was registered for another address."""
    body = b'{"id": "1", "event": "channel_permission_granted", "data": {"client_id": "c"}}'
    (failure,) = provider.parse(body).failures
    assert "Partner Hub (channel_permission_granted)" in failure.reason


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"object": 1}', b"\xff", b'{"entry": 3}'])
def test_what_is_no_webhook_is_one_failure(body: bytes) -> None:
    """The bytes are kept as they are."""
    parsed = provider.parse(body)
    assert (parsed.events, [failure.raw for failure in parsed.failures]) == ((), [body])


@examples(200)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["messages", "statuses", "contacts", "entry", "object", "event", "data", "id"]),
        inner, max_size=4,
    ),
    max_leaves=12,
))  # fmt: skip
def test_whatever_comes_is_parsed(value: object) -> None:
    """Nothing is raised, and what is not understood is kept whole."""
    body = json.dumps(value).encode()
    parsed = provider.parse(body)
    assert isinstance(parsed, Parsed)
    assert parsed.events or parsed.failures or b'"entry"' in body


def test_a_recorded_webhook_has_nobody_in_it() -> None:
    """What is scrubbed still parses into the same kinds."""
    scrubbed = provider.scrub(sample("in_text"))
    assert b"Lucia" not in scrubbed
    assert b"34600111222" not in scrubbed
    assert len(provider.parse(scrubbed).events) == 1
