"""A send against the template's definition: every mismatch, and what is completed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from gateway.errors import SendRefused, TemplateMismatch, TemplateNotSendable, TemplateNotSynced
from gateway.model.outbound import Header, Template
from gateway.model.outbound.interactive import ProductSection
from gateway.model.outbound.template import (
    CallStart,
    CatalogStart,
    CopyCode,
    FlowStart,
    OneTimeCode,
    Place,
    ProductHeader,
    ProductsStart,
    QuickReply,
    TemplateCard,
    UrlSuffix,
)
from gateway.model.template import (
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
    TemplateOffer,
)
from gateway.templates.check import REFUSED, check
from gateway.templates.known import Known
from gateway.templates.registry import Account

LINK = TemplateButtonDefinition("url", "See", "https://e.org/{{1}}", example="https://e.org/1")
CARD = TemplateCardDefinition(TemplateHeader("image"), "Only {{1}}", ["3"], [LINK])


def account(*definitions: TemplateDefinition, whole: bool = True) -> Account:
    """An account with these templates."""
    made = Account()
    made.synced_at = 1
    for each in definitions:
        made.put(Known("duka", "w", each, whole))
    return made


def defined(**more: Any) -> TemplateDefinition:
    """An approved template."""
    fields = {"name": "hello", "language": "en", "category": "utility", "status": "APPROVED", "body": "Hi"}
    return TemplateDefinition(**fields | more)


def button(kind: Any, **more: Any) -> dict[str, Any]:
    """A definition with one button."""
    return {"buttons": [TemplateButtonDefinition(kind, **more)]}


AUTH = {"category": "authentication", "body": "", **button("otp")}

#: (definition, message, the field that is named, words that must be said)
MISMATCHES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"body": "Hi {{1}}"}, {}, "values", "a list of 1, given 0"),
    ({"body": "Hi {{1}}"}, {"values": ["a", "b"]}, "values", "given 2"),
    ({}, {"values": ["a"]}, "values", "a list of 0, given 1"),
    ({"body": "{{1}} {{2}} {{1}}"}, {"values": ["a", "b", "c"]}, "values", "a list of 2, given 3"),
    ({"body": "{{name}}"}, {"values": ["Ana"]}, "values", "a mapping with name"),
    ({"body": "{{name}}"}, {"values": {"nam": "Ana"}}, "values", "name, given nam"),
    ({"body": "{{1}}"}, {"values": {"name": "Ana"}}, "values", "a list of 1"),
    ({}, {"header": "On Monday"}, "header", "left out"),
    ({"header": TemplateHeader(text="News")}, {"header": "News"}, "header", "left out"),
    ({"header": TemplateHeader(text="On {{1}}")}, {}, "header", "a text for {{1}}, given nothing"),
    ({"header": TemplateHeader(text="On {{1}}")}, {"header": Header(image="https://x")}, "header", "image"),
    ({"header": TemplateHeader("image")}, {}, "header", "the image, given nothing"),
    ({"header": TemplateHeader("image")}, {"header": Header(video="https://x")}, "header", "given video"),
    ({"header": TemplateHeader("document")}, {"header": "text"}, "header", "the document, given text"),
    ({"header": TemplateHeader("location")}, {}, "place", "a place"),
    ({"header": TemplateHeader("product")}, {"place": Place(1, 2)}, "product", "a product, given location"),
    ({}, {"buttons": ["x"]}, "buttons", "no buttons"),
    (button("quick_reply"), {"buttons": ["a", "b"]}, "buttons", "at most 1"),
    ({"buttons": [LINK]}, {}, "buttons[0]", "the end of a link, given nothing"),
    ({"buttons": [LINK]}, {"buttons": [QuickReply("x")]}, "buttons[0]", "given a QuickReply"),
    (button("url", url="https://e.org"), {"buttons": ["x"]}, "buttons[0]", "takes nothing"),
    (button("phone"), {"buttons": ["x"]}, "buttons[0]", "takes nothing"),
    (button("contact_request"), {"buttons": [FlowStart()]}, "buttons[0]", "takes nothing"),
    (button("copy_code"), {}, "buttons[0]", "a code to copy, given nothing"),
    (button("copy_code"), {"buttons": ["X" * 16]}, "buttons[0]", "1 to 15 characters, given 16"),
    (button("products"), {"buttons": ["x"]}, "buttons[0]", "a ProductsStart"),
    (button("flow"), {"buttons": [CatalogStart()]}, "buttons[0]", "a FlowStart, given a CatalogStart"),
    (AUTH, {}, "buttons[0]", "a one-time code"),
    (AUTH, {"buttons": ["1" * 16]}, "buttons[0]", "1 to 15"),
    (AUTH, {"buttons": ["1"], "values": ["1", "2"]}, "values", "a list of 1, given 2"),
    ({}, {"cards": [TemplateCard()]}, "cards", "no carousel"),
    ({"cards": [CARD, CARD]}, {"cards": [TemplateCard()]}, "cards", "2 cards, given 1"),
    ({"cards": [CARD]}, {"cards": [TemplateCard("x")]}, "cards[0].values", "a list of 1"),
    ({"cards": [CARD]}, {"cards": [TemplateCard("x", ["1"])]}, "cards[0].header", "the image, given text"),
    (
        {"cards": [CARD]},
        {"cards": [TemplateCard(Header(image="1"), ["1"])]},
        "cards[0].buttons[0]", "the end of a link",
    ),
    ({"offer": TemplateOffer("Soon")}, {}, "offer_until", "the end of the offer"),
    ({}, {"offer_until": 5}, "offer_until", "no offer"),
    ({"offer": TemplateOffer("Soon", expires=False)}, {"offer_until": 5}, "offer_until", "ends"),
    ({}, {"marketing": True}, "marketing", "utility"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "message", "field", "words"), MISMATCHES)
def test_what_does_not_fit_is_named(
    definition: dict[str, Any], message: dict[str, Any], field: str, words: str
) -> None:
    """The refusal names the template, the field, what was expected and what was given."""
    with pytest.raises(TemplateMismatch) as caught:
        check(Template("hello", "en", **message), account(defined(**definition)))

    assert caught.value.code == "template_mismatch"
    assert caught.value.field == field
    assert words in str(caught.value)
    assert "hello in en" in str(caught.value)


SECTIONS = [ProductSection("Tea", ["SKU-1"])]
#: (definition, message, what it is completed to)
FITS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"body": "{{1}}", "buttons": [LINK]}, {"values": ["a"], "buttons": ["v/1"]},
     {"buttons": [UrlSuffix("v/1")]}),
    ({"buttons": [LINK]}, {"buttons": ["url:v/1"]}, {"buttons": [UrlSuffix("v/1")]}),
    (button("quick_reply"), {"buttons": ["yes"]}, {"buttons": [QuickReply("yes")]}),
    (button("quick_reply"), {}, {"buttons": []}),
    ({"buttons": [TemplateButtonDefinition("phone"), LINK]}, {"buttons": [None, "x"]},
     {"buttons": [None, UrlSuffix("x")]}),
    (button("copy_code"), {"buttons": ["SAVE25"]}, {"buttons": [CopyCode("SAVE25")]}),
    (button("flow"), {"buttons": ["tok"]}, {"buttons": [FlowStart("tok")]}),
    (button("catalog"), {"buttons": ["SKU"]}, {"buttons": [CatalogStart("SKU")]}),
    (button("call"), {"buttons": ["p"]}, {"buttons": [CallStart(payload="p")]}),
    (button("products"), {"buttons": [ProductsStart("S", SECTIONS)]},
     {"buttons": [ProductsStart("S", SECTIONS)]}),
    (button("other"), {"buttons": ["x"]}, {"buttons": ["x"]}),
    (AUTH, {"buttons": ["123"]}, {"buttons": [OneTimeCode("123")]}),
    (AUTH, {"buttons": [OneTimeCode("123")], "values": ["123"]}, {"buttons": [OneTimeCode("123")]}),
    ({"header": TemplateHeader(text="On {{day}}"), "body": "{{name}}"},
     {"header": "Monday", "values": {"name": "Ana"}}, {"header": Header(text="Monday", parameter="day")}),
    ({"header": TemplateHeader(text="On {{1}}")}, {"header": "Monday"}, {"header": "Monday"}),
    ({"header": TemplateHeader("product")}, {"product": ProductHeader("7", "S")}, {}),
    ({"offer": TemplateOffer("Soon")}, {"offer_until": 5}, {}),
    ({"cards": [CARD]}, {"cards": [TemplateCard(Header(image="1"), ["1"], ["x"])]},
     {"cards": [TemplateCard(Header(image="1"), ["1"], [UrlSuffix("x")])]}),
    ({"unknown": [{"type": "CAROUSEL", "cards": []}]}, {"cards": [TemplateCard()]}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "message", "changed"), FITS)
def test_what_fits_is_completed(
    definition: dict[str, Any], message: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Texts become what their buttons take; everything else stays as it was said."""
    given = Template("hello", "en", **message)

    assert check(given, account(defined(**definition))) == replace(given, **changed)


@pytest.mark.parametrize("status", sorted(REFUSED))
def test_a_template_that_may_not_be_sent(status: str) -> None:
    """Each status has its own words, with the provider's reason."""
    with pytest.raises(TemplateNotSendable) as caught:
        check(Template("hello", "en"), account(defined(status=status, reason="SCAM")))

    assert (caught.value.code, caught.value.status) == ("template_not_sendable", status)
    assert REFUSED[status] in str(caught.value)
    assert "SCAM" in str(caught.value)


@pytest.mark.parametrize("status", ["APPROVED", "FLAGGED", "LOCKED", "A_NEW_WORD"])
def test_what_the_provider_may_take_is_left_to_it(status: str) -> None:
    """A status that we have no rule for stops nobody."""
    assert check(Template("hello", "en"), account(defined(status=status))) == Template("hello", "en")


def test_a_template_that_is_not_there() -> None:
    """Its other languages are named, and how to read what is new; one of no name at all too."""
    there = account(defined(), defined(language="es"), defined(language="fr", status="DELETED"))
    with pytest.raises(TemplateNotSynced, match=r"hello in sw: it exists in en, es;.*--sync") as caught:
        check(Template("hello", "sw"), there)
    assert caught.value.code == "template_not_synced"
    with pytest.raises(TemplateNotSynced, match="no template of this name"):
        check(Template("nobody", "en"), there)
    assert issubclass(TemplateNotSynced, SendRefused)


def test_the_newest_approved_version_is_sent() -> None:
    """Under its own name; a version that is in review does not count yet, a named version is meant."""
    old, new = defined(), defined(name="hello_v2", category="marketing")
    tenth = defined(name="hello_v10", status="PENDING")

    assert check(Template("hello", "en"), account(old, new, tenth)).name == "hello_v2"
    assert check(Template("hello", "en"), account(old, replace(new, status="PENDING"))).name == "hello"
    with pytest.raises(TemplateNotSendable, match="hello_v10 in en is in review"):
        check(Template("hello_v10", "en"), account(old, new, tenth))
    gone, paused = replace(old, status="DELETED"), replace(new, status="PAUSED")
    with pytest.raises(TemplateNotSendable, match="hello_v2 in en is paused"):
        check(Template("hello", "en"), account(gone, paused))


def test_a_version_that_somebody_made_by_hand_takes_nothing_over() -> None:
    """Same category, both approved: the name means itself; when it is paused, the other one is sent."""
    ours, theirs = defined(), defined(name="hello_v2")

    assert check(Template("hello", "en"), account(ours, theirs)).name == "hello"
    assert check(Template("hello", "en"), account(replace(ours, status="PAUSED"), theirs)).name == "hello_v2"


def test_the_providers_own_form_is_not_looked_into() -> None:
    """`components` pass, under the right name; so does a template whose content is not known."""
    given = Template("hello", "en", components=[{"type": "body"}], values=["a"])
    there = account(defined(name="hello_v2", body="{{1}} {{2}}"))

    assert check(given, there) == replace(given, name="hello_v2")
    loose = Template("hello", "en", values=["a"])
    assert check(loose, account(defined(), whole=False)) == loose
