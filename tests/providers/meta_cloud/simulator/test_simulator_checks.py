"""Which messages the simulator accepts, and with which error it refuses the others."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.meta_cloud.simulator.checks import KINDS, check_message
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.phone import received

OWN = "15550104477"
HEAD = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+254700000001"}


def buttons(*titles: str) -> dict[str, Any]:
    """An interactive message with these reply buttons; ids are their places."""
    replies = [{"type": "reply", "reply": {"id": str(i), "title": title}} for i, title in enumerate(titles)]
    return {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": replies}}


def listing(*sections: tuple[str, int], body: str = "Pick", **row: str) -> dict[str, Any]:
    """A list of sections given as (title, number of rows); *row* changes every row."""
    made = [
        {"title": title, "rows": [{"id": f"{i}-{n}", "title": "Row", **row} for n in range(rows)]}
        for i, (title, rows) in enumerate(sections)
    ]
    return {"type": "list", "body": {"text": body}, "action": {"button": "Open", "sections": made}}


def shown(interactive: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A request with this interactive object."""
    return {"type": "interactive", "interactive": {**interactive, **more}}


GOOD: list[dict[str, Any]] = [
    {"text": {"body": "a message without type is a text"}},
    {"type": "text", "text": {"body": "x" * 4096}, "context": {"message_id": "wamid.x"}},
    {"type": "image", "image": {"id": "9", "caption": "x" * 1024}},
    {"type": "video", "video": {"link": "https://cdn.example.org/v.mp4"}},
    {"type": "audio", "audio": {"id": "9", "voice": True}},
    {"type": "document", "document": {"id": "9", "filename": "a.pdf", "caption": "Bill"}},
    {"type": "sticker", "sticker": {"id": "9"}},
    {"type": "location", "location": {"latitude": "40.4168", "longitude": -3.7, "name": "Shop"}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Shop", "first_name": "Shop"}}]},
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}},
    shown(buttons("Yes", "No", "Later")),
    shown(buttons("Yes"), header={"type": "image", "image": {"id": "9"}}, footer={"text": "x" * 60}),
    shown(listing(("", 10))),
    shown(listing(("A", 5), ("B", 5), body="x" * 4096, description="x" * 72)),
    shown(
        {
            "type": "cta_url",
            "body": {"text": "Open"},
            "action": {
                "name": "cta_url",
                "parameters": {"display_text": "Open", "url": "https://example.org"},
            },
        }
    ),
    shown({"type": "product", "action": {"catalog_id": "7", "product_retailer_id": "SKU"}}),
    {"type": "template", "template": {"name": "visit_1", "language": {"code": "es"}, "components": []}},
]

BAD: list[tuple[int, str, dict[str, Any]]] = [
    (100, "messaging_product", {"messaging_product": "sms", "text": {"body": "x"}}),
    (131008, "to", {"to": "", "text": {"body": "x"}}),
    (131009, "to", {"to": "Amina", "text": {"body": "x"}}),
    (131021, "own number", {"to": "+" + OWN, "text": {"body": "x"}}),
    (131051, "telegram", {"type": "telegram"}),
    (131051, "not supported", {"type": ["text"]}),
    (100, "biz_opaque_callback_data", {"text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}),
    (131008, "context.message_id", {"text": {"body": "x"}, "context": {}}),
    (131008, "text", {"type": "text"}),
    (100, "not an object", {"type": "text", "text": "x"}),
    (131008, "text.body", {"type": "text", "text": {"body": ""}}),
    (131009, "text.body", {"type": "text", "text": {"body": " \n"}}),
    (100, "text.body is too long", {"type": "text", "text": {"body": "x" * 4097}}),
    (100, "exactly one of", {"type": "image", "image": {}}),
    (100, "exactly one of", {"type": "image", "image": {"id": "9", "link": "https://example.org"}}),
    (131009, "URL", {"type": "image", "image": {"link": "ftp://example.org"}}),
    (100, "image.caption", {"type": "image", "image": {"id": "9", "caption": "x" * 1025}}),
    (131009, "caption", {"type": "audio", "audio": {"id": "9", "caption": "x"}}),
    (131008, "longitude", {"type": "location", "location": {"latitude": 1}}),
    (131009, "outside", {"type": "location", "location": {"latitude": 91, "longitude": 0}}),
    (131009, "number", {"type": "location", "location": {"latitude": [], "longitude": 0}}),
    (131008, "first_name", {"type": "contacts", "contacts": [{"name": {"formatted_name": "Shop"}}]}),
    (131008, "reaction.message_id", {"type": "reaction", "reaction": {"emoji": "👍"}}),
    (131009, "4 entries", shown(buttons("1", "2", "3", "4"))),
    (131009, "0 entries", shown(buttons())),
    (100, "title is too long", shown(buttons("x" * 21))),
    (131009, "title is used twice", shown(buttons("Yes", "Yes"))),
    (100, "body.text is too long", shown({**buttons("Yes"), "body": {"text": "x" * 1025}})),
    (131008, "interactive.body", shown({"type": "button", "action": {}})),
    (131009, "interactive.type", shown({"type": "wheel"})),
    (100, "footer.text", shown(buttons("Yes"), footer={"text": "x" * 61})),
    (100, "header.text", shown(buttons("Yes"), header={"type": "text", "text": "x" * 61})),
    (131009, "header", shown(listing(("", 1)), header={"type": "image", "image": {"id": "9"}})),
    (131009, "11 rows", shown(listing(("A", 6), ("B", 5)))),
    (131008, "title", shown(listing(("A", 1), ("", 1)))),
    (100, "sections.title", shown(listing(("x" * 25, 1)))),
    (100, "rows.title", shown(listing(("", 1), title="x" * 25))),
    (100, "rows.description", shown(listing(("", 1), description="x" * 73))),
    (100, "rows.id", shown(listing(("", 1), id="x" * 201))),
    (131009, "rows.id is used twice", shown(listing(("", 2), id="same"))),
    (
        131009,
        "template.name",
        {"type": "template", "template": {"name": "Visit!", "language": {"code": "es"}}},
    ),
    (131008, "language", {"type": "template", "template": {"name": "visit"}}),
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: body.get("type", "untyped"))
def test_what_meta_takes_is_taken(body: dict[str, Any]) -> None:
    """Messages at their limits pass, and a phone can show them."""
    check_message({**HEAD, **body}, OWN)
    assert received("wamid.x", {**HEAD, **body}).message_id == "wamid.x"


@pytest.mark.parametrize(("code", "words", "body"), BAD, ids=[f"{c}-{w}" for c, w, _ in BAD])
def test_what_meta_refuses_is_refused(code: int, words: str, body: dict[str, Any]) -> None:
    """Each violation has its code and names the parameter."""
    with pytest.raises(GraphError, match=words) as caught:
        check_message({**HEAD, **body}, OWN)
    assert caught.value.code == code
    assert caught.value.body()["error"]["code"] == code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """A good message in which one value somewhere is replaced or missing."""
    body: dict[str, Any] = copy.deepcopy({**HEAD, **draw(st.sampled_from(GOOD))})
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return body
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], (dict, list)) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        if draw(st.booleans()):
            place[key] = draw(json_values)
        else:
            del place[key]
        return body


@given(damaged())
def test_a_damaged_message_is_shown_or_refused(body: dict[str, Any]) -> None:
    """Whatever is wrong with a body, it is refused as Graph does, or a phone can show it."""
    try:
        check_message(body, OWN)
    except GraphError:
        return
    received("wamid.x", body)


@given(st.sampled_from(sorted(KINDS)), json_values)
def test_any_content_of_a_kind_is_shown_or_refused(kind: str, content: Any) -> None:
    """The same for content of any shape."""
    body = {**HEAD, "type": kind, kind: content}
    try:
        check_message(body, OWN)
    except GraphError:
        return
    received("wamid.x", body)
