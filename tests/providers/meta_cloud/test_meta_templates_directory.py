"""Calls about templates, conducted by hand: pages, uploads, refusals."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlparse

import pytest
from msgspec.structs import replace

from gateway.model.template import Sample, TemplateCardDefinition, TemplateDefinition, TemplateHeader
from gateway.provider import HttpAnswer, HttpRequest, ProviderError, TemplateNameTaken
from providers.meta_cloud.provider import MetaCloud
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.templates import MetaTemplates
from providers.meta_cloud.templates.lint import lint
from providers.meta_cloud.templates.listing import PAGES

T = TypeVar("T")
SETTINGS = MetaSettings(
    phone_number_id="4011", access_token="tok", app_secret="s", verify_token="v", waba_id="1987", app_id="67"
)
HELLO = TemplateDefinition("hello", "en", "utility", body="Hi {{1}}", examples=["Ana"])
DIRECTORY = MetaTemplates()


def run(
    steps: Generator[HttpRequest, HttpAnswer, T], *answers: Mapping[str, Any] | bytes, status: int = 200
) -> tuple[T, list[HttpRequest]]:
    """What *steps* return when they get *answers*, and what they asked."""
    asked = [next(steps)]
    try:
        for answer in answers:
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            asked.append(steps.send(HttpAnswer(status, {}, body)))
    except StopIteration as done:
        return done.value, asked
    raise AssertionError(f"it wants more: {asked[-1].url}")


def page(name: str, after: str = "", more: bool = True) -> dict[str, Any]:
    """One page with one template."""
    entry = {"name": name, "language": "en", "status": "APPROVED", "category": "UTILITY", "id": f"id-{name}"}
    paging: dict[str, Any] = {"cursors": {"before": "b", "after": after}} if after else {}
    return {"data": [entry], "paging": paging | ({"next": "https://graph/…"} if more and after else {})}


def test_it_is_the_providers_directory() -> None:
    """The provider offers it, and the account is the channel's."""
    provider = MetaCloud()
    assert provider.templates is not None
    assert provider.templates.account(SETTINGS) == "1987"


def test_all_pages_are_read() -> None:
    """`after` is followed until `next` is absent; none of the calls counts as a send."""
    found, asked = run(
        DIRECTORY.list(SETTINGS), page("a", "A="), page("b", "B="), page("c", "C=", more=False)
    )

    assert [one.name for one in found] == ["a", "b", "c"]
    queries = [parse_qs(urlparse(request.url).query) for request in asked]
    assert [query.get("after") for query in queries] == [None, ["A="], ["B="]]
    assert {query["limit"][0] for query in queries} == {"50"}
    assert "components" in queries[0]["fields"][0]
    assert asked[0].url.startswith("https://graph.facebook.com/v25.0/1987/message_templates?")
    assert not any(request.sends for request in asked)
    assert all(request.limit >= 2**20 for request in asked)


def test_a_field_that_is_refused_is_done_without() -> None:
    """The time to live is in no documentation's list: where Graph does not know it, all else is read."""
    unknown = json.dumps({"error": {"code": 100, "message": "nonexisting field"}}).encode()
    steps = DIRECTORY.list(SETTINGS)
    first = next(steps)
    second = steps.send(HttpAnswer(400, {}, unknown))
    with pytest.raises(StopIteration) as done:
        steps.send(HttpAnswer(200, {}, json.dumps(page("a")).encode()))

    assert "message_send_ttl_seconds" in first.url
    assert "message_send_ttl_seconds" not in second.url
    assert [one.name for one in done.value.value] == ["a"]


def test_a_cursor_that_repeats_is_an_error() -> None:
    """Half a list would make the rest look deleted."""
    with pytest.raises(ProviderError, match="cursor repeats"):
        run(DIRECTORY.list(SETTINGS), page("a", "A="), page("b", "B="), page("c", "A="), page("d"))


def test_a_list_without_an_end_is_an_error() -> None:
    """It stops after twice the pages that an account can fill."""
    with pytest.raises(ProviderError, match="does not end"):
        run(DIRECTORY.list(SETTINGS), *(page(f"t{n}", f"{n}=") for n in range(PAGES + 1)))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data": 7}', b"<html>", b"[" * 5000])
def test_an_answer_that_cannot_be_read(body: bytes) -> None:
    """It is an error of the provider's, never another one, and no empty list."""
    with pytest.raises(ProviderError):
        run(DIRECTORY.list(SETTINGS), body)


def test_a_refusal_is_the_providers_error() -> None:
    """Code, class and hint are those of sends."""
    refused = {"error": {"code": 190, "message": "expired"}}
    with pytest.raises(ProviderError) as caught:
        run(DIRECTORY.list(SETTINGS), refused, status=401)
    assert (caught.value.kind, caught.value.code) == ("auth", 190)


def test_create() -> None:
    """The body is Meta's; id, status and the category that Meta chose come back."""
    made, [asked] = run(
        DIRECTORY.create(replace(HELLO, ttl=600), SETTINGS, {}),
        {"id": "559", "status": "PENDING", "category": "MARKETING"},
    )

    assert (made.provider_id, made.status, made.category) == ("559", "PENDING", "marketing")
    assert (asked.method, urlparse(asked.url).path) == ("POST", "/v25.0/1987/message_templates")
    assert json.loads(asked.body) == {
        "name": "hello",
        "language": "en",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": [{"type": "BODY", "text": "Hi {{1}}", "example": {"body_text": [["Ana"]]}}],
        "message_send_ttl_seconds": 600,
    }


def test_samples_are_uploaded_once_each() -> None:
    """Two calls a file, the second with Meta's own scheme; the handle takes the sample's place."""
    image, video = TemplateHeader("image", sample="a.png"), TemplateHeader("video", sample="b.mp4")
    cards = [TemplateCardDefinition(video), TemplateCardDefinition(image)]
    samples = {"a.png": Sample("a.png", "image/png", b"PNG"), "b.mp4": Sample("b.mp4", "video/mp4", b"MP4!")}
    made, asked = run(
        DIRECTORY.create(replace(HELLO, header=image, cards=cards), SETTINGS, samples),
        {"id": "upload:1?sig=x"}, {"h": "4::A"}, {"id": "upload:2"}, {"h": "4::B"}, {"id": "559"},
    )  # fmt: skip

    assert made.header == TemplateHeader("image", handle="4::A")
    assert [card.header.handle for card in made.cards] == ["4::B", "4::A"]
    begun, sent = asked[0], asked[1]
    assert urlparse(begun.url).path == "/v25.0/67/uploads"
    assert parse_qs(urlparse(begun.url).query) == {
        "file_name": ["a.png"], "file_length": ["3"], "file_type": ["image/png"],
    }  # fmt: skip
    assert sent.url == "https://graph.facebook.com/v25.0/upload:1?sig=x"
    assert sent.headers["Authorization"] == "OAuth tok"
    assert sent.headers["file_offset"] == "0"
    assert sent.body == b"PNG"
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("settings", "samples", "words"),
    [
        (replace(SETTINGS, app_id=""), {"a.png": Sample("a", "image/png", b"x")}, "app_id"),
        (replace(SETTINGS, waba_id=""), {}, "waba_id"),
        (SETTINGS, {}, "a.png was not given"),
    ],
)
def test_what_an_upload_needs(settings: MetaSettings, samples: dict[str, Sample], words: str) -> None:
    """The error names the setting or the file."""
    definition = replace(HELLO, header=TemplateHeader("image", sample="a.png"))
    with pytest.raises(ProviderError, match=words):
        next(DIRECTORY.create(definition, settings, samples))


def test_a_name_that_is_blocked() -> None:
    """After a deletion Meta wants another name, and the core is told so."""
    refused = {"error": {"code": 100, "error_subcode": 2388023, "message": "Invalid parameter"}}
    with pytest.raises(TemplateNameTaken) as caught:
        run(DIRECTORY.create(HELLO, SETTINGS, {}), refused, status=400)
    assert caught.value.subcode == 2388023


def test_edit() -> None:
    """All components are replaced; the category goes along after a rejection only."""
    known = replace(HELLO, provider_id="559", status="APPROVED")
    done, [asked] = run(DIRECTORY.edit(known, SETTINGS, {}), {"success": True})
    assert done.status == "PENDING"
    assert urlparse(asked.url).path == "/v25.0/559"
    assert json.loads(asked.body).keys() == {"components"}

    _, [asked] = run(DIRECTORY.edit(replace(known, status="REJECTED"), SETTINGS, {}), {"success": True})
    assert json.loads(asked.body)["category"] == "UTILITY"
    with pytest.raises(ProviderError, match="id"):
        next(DIRECTORY.edit(HELLO, SETTINGS, {}))


def test_delete() -> None:
    """One language by its id, all of them by the name."""
    _, [one] = run(DIRECTORY.delete(replace(HELLO, provider_id="559"), SETTINGS), {"success": True})
    _, [every] = run(DIRECTORY.delete(HELLO, SETTINGS), {"success": True})

    assert one.method == "DELETE"
    assert parse_qs(urlparse(one.url).query) == {"hsm_id": ["559"], "name": ["hello"]}
    assert parse_qs(urlparse(every.url).query) == {"name": ["hello"]}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Order Ready"}, "name has"),
        ({"language": ""}, "language is empty"),
        ({"body": ""}, "body is empty"),
        ({"body": "x" * 1025, "examples": []}, "1025 characters, the limit is 1024"),
        ({"footer": "x" * 61}, "the limit is 60"),
        ({"footer": "{{1}}"}, "footer cannot hold a variable"),
        ({"examples": []}, "examples has 0 values, the body has 1"),
        ({"body": "{{2}}"}, "from {{1}} on"),
        ({"body": "{{name}}"}, "a table with name"),
        ({"examples": {"name": "Ana"}}, "must be for 1, not name"),
        ({"header": TemplateHeader()}, "header.text is empty"),
        ({"header": TemplateHeader(text="{{1}} {{2}}", example="x")}, "the limit is 1"),
        ({"header": TemplateHeader(text="{{1}}")}, "header.example"),
        ({"header": TemplateHeader("image")}, "header.sample is missing"),
        ({"header": TemplateHeader("location", text="x")}, "belongs to a text header"),
        ({"code_minutes": 91}, "1 to 90"),
        ({"ttl": 29}, "ttl is 29, utility takes 30 to 43200 seconds"),
        ({"ttl": -1, "category": "marketing"}, "marketing takes 43200 to 2592000"),
        ({"cards": [TemplateCardDefinition(TemplateHeader("product"))]}, "takes 2 to 10"),
    ],
)
def test_what_meta_will_not_take_is_found_before_it_is_asked(changes: dict[str, Any], words: str) -> None:
    """The error names the field and its limit."""
    with pytest.raises(ProviderError) as caught:
        lint(replace(HELLO, **changes))
    assert caught.value.kind == "invalid"
    assert words in caught.value.title
    assert str(caught.value).startswith("invalid: ")


def test_buttons_that_meta_will_not_take() -> None:
    """Kinds, order, lengths and the variable of a link."""
    from gateway.model.template import TemplateButtonDefinition as Button

    reply, phone = Button("quick_reply", "Yes"), Button("phone", "Call", phone="+34600999888")
    link = Button("url", "See", "https://e.org/{{1}}", example="https://e.org/1")
    lint(replace(HELLO, buttons=[reply, reply, link, link, phone]))
    for buttons, words in (
        ([reply, link, reply], "keep the quick replies together"),
        ([link] * 3, "3 of kind url"),
        ([phone] * 2, "2 of kind phone"),
        ([reply] * 11, "the limit is 10"),
        ([Button("quick_reply", "x" * 26)], "buttons[0].text has 26"),
        ([Button("url", "See", "https://e.org/{{1}}/x", example="y")], "at its end"),
        ([replace(link, example="")], "buttons[0].example"),
        ([Button("url", "See")], "buttons[0].url is empty"),
        ([Button("copy_code", example="X" * 16)], "the limit is 15"),
    ):
        with pytest.raises(ProviderError) as caught:
            lint(replace(HELLO, buttons=buttons))
        assert words in caught.value.title
