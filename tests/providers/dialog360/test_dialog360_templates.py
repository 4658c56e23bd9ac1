"""Calls about templates, conducted by hand: pages, ways around, refusals."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.model.outbound import Template
from gateway.model.template import Sample, TemplateDefinition, TemplateHeader
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, TemplateNameTaken
from providers.dialog360.templates import Dialog360Templates
from providers.dialog360.templates.listing import PAGES, PER_PAGE
from tests.providers.dialog360.conftest import BASE, make_settings
from tests.support.desk import Desk

SETTINGS = make_settings(waba_id="1987")
HELLO = TemplateDefinition("hello", "en", "utility", body="Hi {{1}}", examples=["Ana"])
DIRECTORY = Dialog360Templates()
CONFIGS = f"{BASE}/v1/configs/templates"
MISSING = (404, {"meta": {"http_code": 404, "developer_message": "Not found"}})


def entry(n: int) -> dict[str, Any]:
    """One template of a page."""
    return {"name": f"t{n}", "language": "en", "status": "approved", "category": "UTILITY", "id": f"id-{n}"}


def answers(*given: tuple[int, Any]) -> Desk:
    """A desk that gives these answers, one after the other."""
    left = list(given)

    def http(call: HttpRequest) -> HttpAnswer:
        status, body = left.pop(0)
        return HttpAnswer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())

    return Desk(http)


def account(total: int, *, limit: int = PER_PAGE, told: bool = True, name: str = "waba_templates") -> Desk:
    """360dialog with *total* templates, pages of *limit* at most; it tells the total or not."""

    def http(call: HttpRequest) -> HttpAnswer:
        query = parse_qs(urlsplit(call.url).query)
        size, offset = min(limit, int(query["limit"][0])), int(query["offset"][0])
        page = [entry(n) for n in range(total)[offset : offset + size]]
        body: dict[str, Any] = {name: page, "count": len(page), "limit": size, "offset": offset}
        return HttpAnswer(200, {}, json.dumps(body | ({"total": total} if told else {})).encode())

    return Desk(http)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("total", [0, 1, PER_PAGE - 1, PER_PAGE, PER_PAGE + 1, 3 * PER_PAGE])
def test_all_pages_are_read(total: int, told: bool) -> None:
    """By limit and offset, whether the total is told or not."""
    desk = account(total, told=told)
    found = desk.run(DIRECTORY.list(SETTINGS))
    assert [template.name for template in found] == [f"t{n}" for n in range(total)]
    assert {template.status for template in found} <= {"APPROVED"}
    assert all(call.url.startswith(CONFIGS) and not call.sends for call in desk.calls)
    assert all(call.headers == {"D360-API-KEY": "key-1"} for call in desk.calls)


@pytest.mark.parametrize("told", [True, False])
def test_smaller_pages_than_asked_for_are_followed(told: bool) -> None:
    """360dialog may have a limit of its own."""
    found = account(70, limit=30, told=told).run(DIRECTORY.list(SETTINGS))
    assert len({template.name for template in found}) == 70


def test_metas_own_list_is_understood() -> None:
    """Where the list has Meta's name."""
    assert len(account(3, name="data").run(DIRECTORY.list(SETTINGS))) == 3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([(200, {"count": 1})], "no list of templates"),
        ([(200, b"oops")], "cannot be read"),
        ([(200, {"waba_templates": [entry(1)], "total": 3})] * 2, "a page repeats"),
        ([(200, {"waba_templates": [entry(1)], "total": 3}), (200, {"waba_templates": [], "total": 3})],
         "ends after 1 of 3"),
        ([(200, {"waba_templates": [entry(n)], "total": 10_000}) for n in range(PAGES)], "does not end"),
    ],
)  # fmt: skip
def test_half_a_list_is_not_used(given: list[tuple[int, Any]], says: str) -> None:
    """It would make templates look deleted."""
    with pytest.raises(ProviderError, match=says) as caught:
        answers(*given).run(DIRECTORY.list(SETTINGS))
    assert caught.value.kind == "unavailable"


def test_what_is_no_template_is_left_out() -> None:
    """One without a name does not cost the others."""
    desk = answers((200, {"waba_templates": [{"id": "1"}, None, entry(2)], "total": 3}))
    assert [template.name for template in desk.run(DIRECTORY.list(SETTINGS))] == ["t2"]


def test_one_is_created() -> None:
    """With Meta's content at 360dialog's path; the review's word is in capitals everywhere."""
    desk = answers((201, {"id": "77", "status": "pending", "category": "MARKETING"}))
    made = desk.run(DIRECTORY.create(HELLO, SETTINGS, {}))
    (call,) = desk.calls
    assert (call.method, call.url) == ("POST", CONFIGS)
    assert json.loads(call.body) == {
        "name": "hello",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "Hi {{1}}", "example": {"body_text": [["Ana"]]}}],
    }
    assert (made.provider_id, made.status, made.category) == ("77", "PENDING", "marketing")


def test_a_name_that_is_taken_asks_for_another() -> None:
    """Meta's subcode passes through."""
    error = {"error": {"code": 100, "error_subcode": 2388023, "message": "m"}}
    with pytest.raises(TemplateNameTaken):
        answers((400, error)).run(DIRECTORY.create(HELLO, SETTINGS, {}))


def test_a_sample_has_no_way_through() -> None:
    """It is said before any call, with what to do instead."""
    desk = answers()
    definition = TemplateDefinition("t", "en", "utility", "Hi", TemplateHeader("image", sample="mug.jpg"))
    samples = {"mug.jpg": Sample("mug.jpg", "image/jpeg", b"x")}
    with pytest.raises(ProviderError, match="cannot be uploaded through 360dialog"):
        desk.run(DIRECTORY.create(definition, SETTINGS, samples))
    assert not desk.calls


def known(**given: Any) -> TemplateDefinition:
    """A template that 360dialog has."""
    fields = {"body": "Hi", "provider_id": "77", "status": "APPROVED"} | given
    return TemplateDefinition("hello", "en", "utility", **fields)


def test_one_is_edited_by_its_id() -> None:
    """With Meta's own call."""
    desk = answers((200, {"success": True}))
    assert desk.run(DIRECTORY.edit(known(), SETTINGS, {})).status == "PENDING"
    (call,) = desk.calls
    assert (call.method, call.url) == ("POST", f"{BASE}/77")
    assert json.loads(call.body) == {"components": [{"type": "BODY", "text": "Hi"}]}


@pytest.mark.parametrize("status", [404, 405])
def test_an_edit_that_is_not_offered_is_for_the_hub(status: int) -> None:
    """The call is not confirmed anywhere; the sentence says where to go."""
    with pytest.raises(ProviderError) as caught:
        answers((status, b"")).run(DIRECTORY.edit(known(), SETTINGS, {}))
    assert "360dialog Hub" in caught.value.hint
    with pytest.raises(ProviderError, match="with an id"):
        answers().run(DIRECTORY.edit(known(provider_id=""), SETTINGS, {}))


def test_one_language_is_deleted_by_its_id() -> None:
    """Only Meta's call can; a refusal is not answered by deleting more."""
    desk = answers((200, {"success": True}))
    desk.run(DIRECTORY.delete(known(), SETTINGS))
    (call,) = desk.calls
    assert (call.method, call.url) == ("DELETE", f"{BASE}/message_templates?hsm_id=77&name=hello")
    refused = answers(MISSING)
    with pytest.raises(ProviderError):
        refused.run(DIRECTORY.delete(known(), SETTINGS))
    assert len(refused.calls) == 1


def test_a_name_is_deleted_by_the_documented_call_or_the_other() -> None:
    """All languages."""
    desk = answers((200, b""))
    desk.run(DIRECTORY.delete(known(provider_id=""), SETTINGS))
    assert [call.url for call in desk.calls] == [f"{CONFIGS}/hello"]
    desk = answers(MISSING, (200, {"success": True}))
    desk.run(DIRECTORY.delete(known(provider_id=""), SETTINGS))
    assert [call.url for call in desk.calls] == [f"{CONFIGS}/hello", f"{BASE}/message_templates?name=hello"]


def test_the_account_is_the_settings_or_the_numbers() -> None:
    """The key says which account is meant, so nothing has to be configured."""
    assert DIRECTORY.account(SETTINGS) == "1987"
    assert DIRECTORY.account(make_settings()) == "401122334455667"
    message = Template("hello", "en")
    assert DIRECTORY.bind(message, HELLO) is message
