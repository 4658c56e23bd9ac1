"""One send: the request that is made, and what each answer means."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import SendRefused
from gateway.model.event import Identity
from gateway.model.outbound import OneTimeCode, Template, Text
from gateway.provider import Accepted, HttpAnswer, HttpRequest, ProviderError
from providers.meta_cloud import provider
from providers.meta_cloud.settings import MetaSettings

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
SETTINGS = MetaSettings(
    phone_number_id="401122334455667", access_token="token-1", app_secret="s", verify_token="v"
)
PART = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "Hi"}}


def request(to: str = "+34600111222", correlation: str = "c-1") -> HttpRequest:
    """The request that a send begins with."""
    return next(provider.send(PART, to, correlation, SETTINGS))


def answered(status: int, body: bytes, **headers: str) -> Accepted:
    """What a send makes of this answer."""
    steps = provider.send(PART, "+34600111222", "c-1", SETTINGS)
    next(steps)
    with pytest.raises(StopIteration) as stopped:
        steps.send(HttpAnswer(status, {k.replace("_", "-"): v for k, v in headers.items()}, body))
    accepted = stopped.value.value
    assert isinstance(accepted, Accepted)
    return accepted


def refused(status: int, body: bytes, **headers: str) -> ProviderError:
    """The error that a send makes of this answer."""
    with pytest.raises(ProviderError) as caught:
        answered(status, body, **headers)
    return caught.value


def graph(code: int, **more: Any) -> bytes:
    """A Graph error's body."""
    return json.dumps({"error": {"message": "m", "code": code, **more}}).encode()


def test_the_request_is_one_authenticated_post() -> None:
    """Endpoint, token and our id are where Meta wants them, and the part itself is not changed."""
    made = request()
    assert (made.method, made.sends) == ("POST", True)
    assert made.url == "https://graph.facebook.com/v25.0/401122334455667/messages"
    assert made.headers["Authorization"] == "Bearer token-1"
    body = json.loads(made.body)
    assert (body["to"], body["biz_opaque_callback_data"]) == ("+34600111222", "c-1")
    assert "to" not in PART


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("34600111222", {"to": "+34600111222"}),
        ("ES.90817263544536271", {"recipient": "ES.90817263544536271"}),
        ("ES.ENT.55", {"recipient": "ES.ENT.55"}),
        ("R1JPVVA=", {"to": "R1JPVVA=", "recipient_type": "group"}),
    ],
)
def test_the_recipient_goes_where_it_belongs(to: str, expected: dict[str, str]) -> None:
    """Phones get their plus, user ids go into `recipient`."""
    body = json.loads(request(to).body)
    assert {key: body[key] for key in ("to", "recipient", "recipient_type") if key in body} == expected


MARKETING = "https://graph.facebook.com/v25.0/401122334455667/marketing_messages"
MESSAGES = "https://graph.facebook.com/v25.0/401122334455667/messages"


def test_marketing_has_an_endpoint_of_its_own() -> None:
    """The part says so in private: Meta is sent the same body as without, and the part is not changed."""
    (plain,) = provider.render(Template("sale", "es", ["Ana"])).parts
    (part,) = provider.render(Template("sale", "es", ["Ana"], marketing=True)).parts
    kept = json.dumps(part)
    usual, made = (next(provider.send(each, "+34600111222", "c-1", SETTINGS)) for each in (plain, part))

    assert (usual.url, made.url) == (MESSAGES, MARKETING)
    assert made.body == usual.body
    assert json.dumps(part) == kept


def test_a_part_from_an_older_release_is_sent() -> None:
    """Without anything private it goes to the usual endpoint, to anybody."""
    (part,) = provider.render(Template("code", "es", buttons=[OneTimeCode("482913")])).parts
    old = {key: value for key, value in part.items() if not key.startswith("_")}
    assert old != part
    made = next(provider.send(old, "ES.90817263544536271", "c-1", SETTINGS))
    assert made.url == MESSAGES
    assert json.loads(made.body)["recipient"] == "ES.90817263544536271"


@pytest.mark.parametrize("name", ["to", "recipient"])
def test_nobody_can_choose_the_recipient_through_extra(name: str) -> None:
    """Beside a user id, a phone that somebody put there would win."""
    with pytest.raises(SendRefused, match=f"extra.meta_cloud.{name} is who gets the message"):
        provider.render(Text("Hi", extra={"meta_cloud": {name: "+34600111222"}}))


def test_nobody_can_choose_the_endpoint_through_extra() -> None:
    """What is private is set by the renderer alone."""
    message = Text("Hi", extra={"meta_cloud": {"_send": {"marketing": True}}})
    (part,) = provider.render(message).parts
    made = next(provider.send(part, "+34600111222", "c-1", SETTINGS))
    assert made.url == MESSAGES
    assert "_send" not in json.loads(made.body)


def test_a_recipient_that_is_none_is_refused_before_any_call() -> None:
    """Nothing is asked of Meta for an empty recipient or an endless correlation."""
    with pytest.raises(ProviderError, match="no recipient"):
        request("")
    with pytest.raises(ProviderError, match="512"):
        request(correlation="x" * 513)


@pytest.mark.parametrize(
    ("name", "held", "identities"),
    [
        ("phone", False, ()),
        ("bsuid", False, ()),
        ("template_held", True, ()),
        ("brazil_wa_id_differs", False, (Identity("phone", "+553100001111"),)),
    ],
)
def test_a_success_is_accepted(name: str, held: bool, identities: tuple[Identity, ...]) -> None:
    """The id, whether it is held, and a wa_id that differs from what was dialled."""
    accepted = answered(200, (FOLDER / f"response_send_ok_{name}.json").read_bytes())
    assert accepted == Accepted("wamid.U0FNUExFLU9VVEJPVU5ELTE=", held, identities)


@pytest.mark.parametrize(
    ("code", "http", "kind"),
    [
        (190, 401, "auth"),
        (100, 400, "invalid"),
        (130429, 400, "rate_limited"),
        (131056, 400, "pair_limited"),
        (132001, 404, "template"),
    ],
)
def test_the_sample_errors_are_classed(code: int, http: int, kind: str) -> None:
    """Each refusal of the samples carries its class, code and hint."""
    error = refused(http, (FOLDER / f"response_error_{code}.json").read_bytes())
    assert (error.kind, error.code, error.http) == (kind, code, http)
    assert error.hint


def test_what_may_have_been_sent_is_in_doubt() -> None:
    """A 5xx without a Graph error, an ambiguous code, a success without an id."""
    for status, body in [(500, b""), (502, b"<html>"), (500, graph(131000)), (500, graph(131016))]:
        assert refused(status, body).kind == "ambiguous"
    for body in (b"", b"{}", b"[]", b'{"messages":[]}', b'{"messages":[{"id":""}]}', graph(100)):
        assert refused(200, body).kind == "ambiguous"


def test_what_says_that_it_was_not_sent_is_retried() -> None:
    """A transient Graph error, and a 503 that names a time."""
    assert refused(500, graph(131000, is_transient=True)).kind == "unavailable"
    assert refused(400, graph(131047, is_transient=True)).kind == "window_closed"
    error = refused(503, b"", retry_after="17")
    assert (error.kind, error.retry_after, error.retryable) == ("unavailable", 17.0, True)


def test_too_many_requests_name_a_time() -> None:
    """429 slows the number, for as long as it says."""
    error = refused(429, b"slow down", retry_after="3")
    assert (error.kind, error.retry_after) == ("rate_limited", 3.0)
    assert refused(429, graph(5555), retry_after="never").retry_after is None
    assert refused(401, b"").kind == "auth"


@given(
    st.integers(100, 599),
    st.binary(max_size=60)
    | st.builds(
        lambda value: json.dumps({"error": value, "messages": value}).encode(),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda v: (
                st.lists(v)
                | st.dictionaries(st.sampled_from(["code", "message", "error_data", "id", "is_transient"]), v)
            ),
            max_leaves=5,
        ),
    ),
)
def test_no_answer_raises_anything_else(status: int, body: bytes) -> None:
    """Whatever Meta answers, the send ends in an acceptance or a `ProviderError`."""
    with suppress(ProviderError):
        answered(status, body)
