"""A template's values under the numbers of Twilio's content, after the core has checked them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.errors import SendRefused, TemplateMismatch
from gateway.model import outbound as out
from gateway.model.template import TemplateDefinition, TemplateHeader
from gateway.provider import ProviderError
from gateway.templates.check import check
from gateway.templates.known import Known
from gateway.templates.registry import Account
from providers.twilio.render import render
from providers.twilio.send import send
from providers.twilio.templates.bind import bind
from providers.twilio.templates.read import read_template
from tests.providers.twilio.definitions import (
    CARDS,
    CODE,
    COUPON,
    FORM,
    NAMED_HEAD,
    NUMBERED,
    READY,
    SID,
    entry,
    listed,
)
from tests.providers.twilio.outgoing import ANA, SETTINGS, Twilio


def bound(message: out.Template, definition: TemplateDefinition) -> dict[str, Any]:
    """The form's content that a send of *message* has, checked by the core before."""
    account = Account()
    account.put(Known("duka", "AC", listed(definition), whole=True))
    ready = bind(check(message, account), listed(definition))
    (part,) = render(ready).parts
    return part


def test_values_by_name_go_under_twilio_s_numbers() -> None:
    """Body, picture, reply and link of one message."""
    made = bound(
        out.Template(
            "order_ready",
            "en_US",
            {"number": "17", "first_name": "Eva"},
            out.Header(image="https://cdn.duka.example/17.png"),
            ["coming-17", "17"],
        ),
        READY,
    )
    assert made == {
        "ContentSid": SID,
        "ContentVariables": {"1": "Eva", "2": "17", "3": "17.png", "4": "coming-17", "5": "17"},
    }


def test_a_reply_without_a_payload_is_left_to_the_sample() -> None:
    """Which is the button's words: a missing variable takes the content's own."""
    made = bound(
        out.Template(
            "order_ready",
            "en_US",
            {"number": "17", "first_name": "Eva"},
            out.Header(image="https://cdn.duka.example/17.png"),
            [None, "17"],
        ),
        READY,
    )
    assert "4" not in made["ContentVariables"]
    assert entry(READY)["variables"]["4"] == "On my way"


def test_values_in_a_list_go_by_number() -> None:
    """Amounts and days as their texts."""
    values: list[out.Value] = [out.Money("5 €", "EUR", 5000), out.Day("Monday")]
    made = bound(out.Template("visit", "es", values), NUMBERED)
    assert made["ContentVariables"] == {"1": "5 €", "2": "Monday"}


def test_numbers_that_stand_in_another_order_are_the_numbers() -> None:
    """The first value is {{1}}, wherever it stands; a number that is missing is passed over."""
    raw = entry(replace(NUMBERED, body="{{1}} {{2}}"))
    raw["types"]["twilio/text"]["body"] = "{{4}} then {{2}}"
    read = read_template(raw)
    assert read is not None
    assert read.body == "{{2}} then {{1}}"
    message = bind(out.Template("visit", "es", ["a", "b"]), read)
    assert message.components[0]["ContentVariables"] == {"2": "a", "4": "b"}


def test_a_one_time_code_is_the_one_variable() -> None:
    """From the button, or from the values that say the same."""
    made = bound(out.Template("code", "es", buttons=["123456"]), CODE)
    assert made == {"ContentSid": SID, "ContentVariables": {"1": "123456"}}
    made = bound(out.Template("code", "es", ["9"], buttons=[out.OneTimeCode("9")]), CODE)
    assert made["ContentVariables"] == {"1": "9"}


def test_a_coupon_and_a_text_header_are_variables() -> None:
    """The button that calls takes nothing."""
    made = bound(out.Template("sale", "es", ["Eva"], "Friday", ["SALE20"]), COUPON)
    assert made["ContentVariables"] == {"1": "Eva", "2": "Friday", "3": "SALE20"}


def test_a_header_with_a_name_gets_its_value() -> None:
    """The core names the variable; Twilio numbers it."""
    made = bound(out.Template("head", "es", {}, "17"), NAMED_HEAD)
    assert made["ContentVariables"] == {"1": "17"}


def test_cards_go_one_after_the_other() -> None:
    """Each with its text, picture, reply and link."""
    cards = [
        out.TemplateCard(out.Header(image=f"https://cdn.duka.example/{name}"), [name, "1"], ["p", name])
        for name in ("a", "b")
    ]
    made = bound(out.Template("new", "es", ["Eva"], cards=cards), CARDS)
    assert list(made["ContentVariables"].values()) == [
        "Eva",
        "a",
        "1",
        "a",
        "p",
        "a",
        "b",
        "1",
        "b",
        "p",
        "b",
    ]


def test_a_form_gets_its_token() -> None:
    """And none when none is given."""
    assert bound(out.Template("form", "es", ["a"], buttons=[out.FlowStart("t")]), FORM)[
        "ContentVariables"
    ] == {
        "1": "a",
        "2": "t",
    }
    assert bound(out.Template("form", "es", ["a"]), FORM)["ContentVariables"] == {"1": "a"}


def test_a_kept_file_is_sent_by_the_end_of_its_address() -> None:
    """Where the template's picture is below the gateway's own address."""
    ours = replace(
        READY, header=TemplateHeader("image", handle="https://gw.example.com/media/{{1}}", example="x")
    )
    message = out.Template(
        "order_ready",
        "en_US",
        {"number": "1", "first_name": "E"},
        out.Header(image="stored:f-9"),
        [None, "1"],
    )
    twilio = Twilio()
    twilio.run(send(bound(message, ours), ANA, "c", SETTINGS))
    assert json.loads(twilio.forms[0]["ContentVariables"])["3"] == "f-9"
    twilio = Twilio()
    with pytest.raises(ProviderError, match=r"takes files from https://cdn\.duka\.example"):
        twilio.run(send(bound(message, READY), ANA, "c", SETTINGS))
    assert not twilio.calls


@pytest.mark.parametrize(
    ("message", "definition", "words"),
    [
        (out.Template("visit", "es", ["a\nb", "c"]), NUMBERED, "values[0] has a line break"),
        (out.Template("visit", "es", ["", "c"]), NUMBERED, "values[0] is empty"),
        (out.Template("visit", "es", ["a" * 1025, "c"]), NUMBERED, "values[0] has 1025"),
        (
            out.Template("order_ready", "en_US", {"number": "1", "first_name": "E"},
                         out.Header(image="https://other.example/1.png"), [None, "1"]),
            READY, "begins with https://cdn.duka.example/",
        ),
        (
            out.Template("order_ready", "en_US", {"number": "1", "first_name": "E"},
                         out.Header(image="900"), [None, "1"]),
            READY, "is no link",
        ),
        (
            out.Template("form", "es", ["a"], buttons=[out.FlowStart(data={"a": 1})]),
            FORM, "data must be left out",
        ),
    ],
)  # fmt: skip
def test_a_value_that_twilio_would_refuse_is_refused_by_name(
    message: out.Template, definition: TemplateDefinition, words: str
) -> None:
    """Before anything is called."""
    with pytest.raises(SendRefused) as refused:
        bound(message, definition)
    assert words in str(refused.value)


def test_what_is_fixed_in_a_content_cannot_be_another() -> None:
    """A hand-made content may have no variable for an id or a picture."""
    raw = entry(READY)
    card = raw["types"]["whatsapp/card"]
    card["actions"][0]["id"], card["media"] = "yes", ["https://cdn.duka.example/a.png"]
    read = read_template(raw)
    assert read is not None
    plain = out.Template("order_ready", "en_US", {"first_name": "E", "number": "1"})
    same = replace(
        plain, header=out.Header(image="https://cdn.duka.example/a.png"), buttons=[out.QuickReply("yes")]
    )
    assert bind(same, read).components[0]["ContentVariables"] == {"1": "E", "2": "1"}
    for wrong in (
        replace(plain, buttons=[out.QuickReply("no")]),
        replace(plain, header=out.Header(image="https://cdn.duka.example/b.png")),
    ):
        with pytest.raises(TemplateMismatch, match="fixed"):
            bind(wrong, read)


def test_a_value_that_no_template_takes_is_refused_by_name() -> None:
    """The refusal says whose it is, and names the value."""
    with pytest.raises(SendRefused, match=r"^twilio: values\[0\] has a line break"):
        bind(out.Template("visit", "es", ["a\nb", "c"]), listed(NUMBERED))


def test_one_variable_in_two_places_has_one_value() -> None:
    """A hand-made content may use a number twice."""
    raw = entry(COUPON)
    raw["types"]["whatsapp/card"]["header_text"] = "For {{1}}"
    read = read_template(raw)
    assert read is not None
    assert bind(out.Template("sale", "es", ["Eva"], "Eva"), read).components[0]["ContentVariables"] == {
        "1": "Eva"
    }
    with pytest.raises(TemplateMismatch, match="one variable 1 for both"):
        bind(out.Template("sale", "es", ["Eva"], "Ana"), read)


def test_what_says_its_own_form_is_left_alone() -> None:
    """So is a template that was not read from Twilio: rendering says what to do."""
    own = out.Template("visit", "es", components=[{"ContentSid": "HX2"}])
    assert bind(own, listed(NUMBERED)) is own
    plain = out.Template("visit", "es", ["a", "b"])
    assert bind(plain, NUMBERED) is plain
    assert bind(plain, replace(NUMBERED, provider_id=SID)) is plain
