"""The directory: what is asked of the Content API, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.model.outbound import Template
from gateway.model.template import TemplateDefinition
from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from providers.twilio.templates import TwilioTemplates
from providers.twilio.templates.bind import bind
from providers.twilio.templates.read import approval, read_template, status
from tests.providers.twilio.outgoing import ACCOUNT, SETTINGS, ok, refusal
from tests.support.desk import Desk
from tests.support.examples import examples

DIRECTORY = TwilioTemplates()
CONTENT = "https://content.twilio.com/v1/Content"
LISTED = "https://content.twilio.com/v1/ContentAndApprovals"
VISIT = TemplateDefinition("visit", "es", "utility", "Hola {{1}}", examples=["Ana"])
NAMED = TemplateDefinition("ready", "es", "utility", "Hola {{name}}", examples={"name": "Ana"})
FOLDER = Path(__file__).parents[2] / "samples" / "twilio"


def content(name: str, **more: Any) -> dict[str, Any]:
    """A content in the list."""
    return {
        "sid": f"HX{name}",
        "friendly_name": name,
        "language": "es",
        "variables": {},
        "types": {"twilio/text": {"body": "Hola"}},
        "approval_requests": {"name": name, "status": "approved", "category": "UTILITY"},
    } | more


def pages(*contents: list[Any]) -> Callable[[HttpRequest], HttpAnswer]:
    """Answers with one page after the other; the last names no next one."""
    left = list(contents)

    def answer(call: HttpRequest) -> HttpAnswer:
        page = left.pop(0)
        more = f"https://evil.example/v1/ContentAndApprovals?PageSize=100&Page={len(left)}" if left else None
        return ok({"contents": page, "meta": {"next_page_url": more}}, 200)

    return answer


def listed(*contents: Any) -> tuple[TemplateDefinition, ...]:
    """The templates among *contents*."""
    return Desk(pages(list(contents))).run(DIRECTORY.list(SETTINGS))


def test_the_account_is_that_of_the_settings() -> None:
    """Templates belong to it."""
    assert DIRECTORY.account(SETTINGS) == ACCOUNT


def test_all_pages_are_read_at_the_configured_host() -> None:
    """The account's secret does not follow an address that an answer names."""
    desk = Desk(pages([content("a")], [content("b")], []))
    found = desk.run(DIRECTORY.list(SETTINGS))
    assert [one.name for one in found] == ["a", "b"]
    assert [call.url for call in desk.calls] == [
        f"{LISTED}?PageSize=100", f"{LISTED}?PageSize=100&Page=2", f"{LISTED}?PageSize=100&Page=1",
    ]  # fmt: skip
    assert all(call.headers == {"Authorization": SETTINGS.basic} for call in desk.calls)


@pytest.mark.parametrize(
    "answer",
    [
        ok({"contents": [], "meta": {"next_page_url": "https://content.twilio.com/v1/x?Page=1"}}, 200),
        ok({"meta": {}}, 200),
        HttpAnswer(200, {}, b"<html>"),
        refusal(500, 0),
    ],
)
def test_half_a_list_is_an_error(answer: HttpAnswer) -> None:
    """What a list does not hold counts as deleted, so one without an end or a middle is not used."""
    with pytest.raises(ProviderError) as caught:
        Desk(lambda call: answer).run(DIRECTORY.list(SETTINGS))
    assert caught.value.kind == "unavailable"


def test_what_is_no_template_is_left_out() -> None:
    """Contents for messages of a conversation, and what cannot be read."""
    ours = content("gateway_session_list_picker_1a2b", approval_requests=None)
    nameless = content("", approval_requests=None)
    assert listed(ours, nameless, content("a", language=None), content("b", types=None), 5, None) == ()


def test_of_two_contents_of_one_name_the_approved_is_listed() -> None:
    """In either order: that is the one that can be sent."""
    approved = content("a", sid="HX1")
    waiting = content("a", sid="HX2", approval_requests={"name": "a", "status": "pending"})
    for order in ((approved, waiting), (waiting, approved)):
        assert [one.provider_id for one in listed(*order)] == ["HX1"]


@pytest.mark.parametrize(
    ("told", "ours"),
    [
        ("received", "PENDING"),
        ("pending", "PENDING"),
        ("approved", "APPROVED"),
        ("rejected", "REJECTED"),
        ("paused", "PAUSED"),
        ("disabled", "DISABLED"),
        ("unsubmitted", "UNSUBMITTED"),
        (None, "UNSUBMITTED"),
        ("frozen", "FROZEN"),
    ],
)
def test_statuses_have_the_core_s_words(told: str | None, ours: str) -> None:
    """A new one is kept as it is."""
    assert status(told) == ours


def test_an_approval_is_found_in_every_form() -> None:
    """In the list it stands by itself, in an answer under the channel's name."""
    told = json.loads((FOLDER / "content_approval_status.json").read_text())
    wanted = told["whatsapp"]
    for form in (told, wanted, [wanted]):
        assert approval({"approval_requests": form}) == wanted
    (read,) = listed(content("a", approval_requests=told | {"whatsapp": wanted | {"rejection_reason": "no"}}))
    assert (read.name, read.category, read.status, read.reason) == (
        "visit_reminder",
        "utility",
        "APPROVED",
        "no",
    )


def test_what_was_not_submitted_has_its_friendly_name() -> None:
    """It can be sent within the window."""
    (read,) = listed(content("hello", approval_requests={}))
    assert (read.name, read.status, read.category) == ("hello", "UNSUBMITTED", "utility")


def test_creating_is_a_content_and_its_approval() -> None:
    """Names of variables are kept in the friendly name, and come back with the list."""
    desk = Desk(lambda call: ok({"sid": "HX1", "status": "received", "category": "MARKETING"}))
    made = desk.run(DIRECTORY.create(NAMED, SETTINGS, {}))
    assert [call.url for call in desk.calls] == [CONTENT, f"{CONTENT}/HX1/ApprovalRequests/whatsapp"]
    body = json.loads(desk.calls[0].body)
    assert body == {
        "friendly_name": "ready(name)",
        "language": "es",
        "variables": {"1": "Ana"},
        "types": {"twilio/text": {"body": "Hola {{1}}"}},
    }
    assert (made.provider_id, made.status, made.category) == ("HX1", "PENDING", "marketing")
    (there,) = listed(body | {"sid": "HX1", "approval_requests": {"name": "ready", "status": "approved"}})
    assert (there.body, there.examples) == (NAMED.body, NAMED.examples)
    assert there.unknown == made.unknown


def test_what_was_just_created_can_be_bound() -> None:
    """Without waiting for the next list."""
    desk = Desk(lambda call: ok({"sid": "HX1", "status": "received"}))
    made = desk.run(DIRECTORY.create(NAMED, SETTINGS, {}))
    sent = DIRECTORY.bind(Template("ready", "es", {"name": "Eva"}), made)
    assert sent == bind(Template("ready", "es", {"name": "Eva"}), made)
    assert sent.components == [{"ContentSid": "HX1", "ContentVariables": {"1": "Eva"}}]


def test_a_content_whose_approval_is_refused_is_taken_away() -> None:
    """Nobody asked for a content that cannot be sent; the refusal is what is told."""

    def answer(call: HttpRequest) -> HttpAnswer:
        if call.url.endswith("/whatsapp"):
            return refusal(400, 63040)
        return ok({"sid": "HX1"}) if call.method == "POST" else HttpAnswer(204, {}, b"")

    desk = Desk(answer)
    with pytest.raises(ProviderError) as caught:
        desk.run(DIRECTORY.create(VISIT, SETTINGS, {}))
    assert caught.value.code == 63040
    assert (desk.calls[-1].method, desk.calls[-1].url) == ("DELETE", f"{CONTENT}/HX1")


def test_what_cannot_be_is_not_asked_for() -> None:
    """The lint comes before the first call."""
    desk = Desk(lambda call: ok({}))
    with pytest.raises(ProviderError, match="body is empty"):
        desk.run(DIRECTORY.create(TemplateDefinition("a", "es", "utility"), SETTINGS, {}))
    assert desk.calls == []


def test_a_success_without_a_sid_is_none() -> None:
    """There would be nothing to submit."""
    with pytest.raises(ProviderError, match="without a sid"):
        Desk(lambda call: ok({"sid": None})).run(DIRECTORY.create(VISIT, SETTINGS, {}))


@pytest.mark.parametrize("status", ["APPROVED", "PAUSED", "PENDING", "UNSUBMITTED"])
def test_what_was_approved_cannot_be_edited(status: str) -> None:
    """The refusal says what to do, and that nothing was changed."""
    desk = Desk(lambda call: ok({}))
    with pytest.raises(ProviderError, match=r"nothing was changed.*another name") as caught:
        desk.run(DIRECTORY.edit(replace(VISIT, provider_id="HX1", status=status), SETTINGS, {}))
    assert (caught.value.kind, desk.calls) == ("invalid", [])


def test_what_was_rejected_is_corrected_and_submitted_again() -> None:
    """Under the same SID."""
    desk = Desk(lambda call: ok({"sid": "HX1", "status": "received"}, 200))
    (rejected,) = listed(content("visit", approval_requests={"name": "visit", "status": "rejected"}))
    wanted = replace(VISIT, provider_id="HX1", status="REJECTED", reason="no", unknown=rejected.unknown)
    made = desk.run(DIRECTORY.edit(wanted, SETTINGS, {}))
    assert [(call.method, call.url) for call in desk.calls] == [
        ("PUT", f"{CONTENT}/HX1"),
        ("POST", f"{CONTENT}/HX1/ApprovalRequests/whatsapp"),
    ]
    assert json.loads(desk.calls[0].body)["types"] == {"twilio/text": {"body": "Hola {{1}}"}}
    assert (made.provider_id, made.status, made.reason) == ("HX1", "PENDING", "")
    assert bind(Template("visit", "es", ["Eva"]), made).components[0]["ContentVariables"] == {"1": "Eva"}


def test_one_language_is_deleted_by_its_sid() -> None:
    """All of them when only the name is known."""
    desk = Desk(lambda call: HttpAnswer(204, {}, b""))
    desk.run(DIRECTORY.delete(TemplateDefinition("a", "es", "utility", provider_id="HX7"), SETTINGS))
    assert [(call.method, call.url) for call in desk.calls] == [("DELETE", f"{CONTENT}/HX7")]
    first = pages([content("a", sid="HX1"), content("a", sid="HX2", language="en"), content("b")])
    desk = Desk(lambda call: first(call) if call.method == "GET" else HttpAnswer(204, {}, b""))
    desk.run(DIRECTORY.delete(TemplateDefinition("a", "es", "utility"), SETTINGS))
    assert [call.url for call in desk.calls[1:]] == [f"{CONTENT}/HX1", f"{CONTENT}/HX2"]


def test_a_deletion_that_is_refused_says_so() -> None:
    """It stays in the list then."""
    with pytest.raises(ProviderError) as caught:
        Desk(lambda call: refusal(404, 20404)).run(
            DIRECTORY.delete(TemplateDefinition("a", "es", "utility", provider_id="HX7"), SETTINGS)
        )
    assert caught.value.code == 20404


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["{{1}}", "{{x}}", "URL"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("body", "title", "media", "actions", "cards", "header_text", "subtitle", "button_text", "items")
ACTION = st.dictionaries(st.sampled_from(["type", "title", "id", "url", "code", "phone"]), JSON)
TYPE = st.dictionaries(
    st.sampled_from(FIELDS), JSON | st.lists(ACTION, max_size=2) | st.sampled_from(["{{1}} {{2}}", "{{9}}"])
)
TYPES = ("twilio/text", "twilio/card", "whatsapp/card", "twilio/carousel", "whatsapp/flows", "new/type")


@examples(200)
@given(st.sampled_from(TYPES), TYPE | JSON, JSON, JSON)
def test_no_content_breaks_the_list(kind: str, fields: Any, variables: Any, told: Any) -> None:
    """What people make in Twilio's console is read, or left out."""
    made = content("(a,b)x", types={kind: fields}, variables=variables, approval_requests=told)
    read = read_template(made)
    assert read is None or (read.name and read.provider_id == "HX(a,b)x")
    assert (read is None) == (not isinstance(fields, dict))
