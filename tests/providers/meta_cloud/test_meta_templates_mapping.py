"""Definitions and Meta's components: both ways, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.model.template import (
    TemplateButtonDefinition,
    TemplateCardDefinition,
    TemplateDefinition,
    TemplateHeader,
    TemplateOffer,
)
from providers.meta_cloud.templates.buttons import KINDS
from providers.meta_cloud.templates.read import read_components, read_template
from providers.meta_cloud.templates.write import components, parameter_format

PAGE = Path(__file__).parents[2] / "samples/meta/response_templates_page.json"

#: Every form of wire.md §2.7.
FORMS: dict[str, list[dict[str, Any]]] = {
    "named": [
        {"type": "HEADER", "format": "TEXT", "text": "Cita {{day}}",
         "example": {"header_text_named_params": [{"param_name": "day", "example": "lunes"}]}},
        {"type": "BODY", "text": "Hola {{first_name}}, te esperamos.",
         "example": {"body_text_named_params": [{"param_name": "first_name", "example": "Ana"}]}},
        {"type": "FOOTER", "text": "Ruiz SL"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Confirmar"},
            {"type": "URL", "text": "Ver", "url": "https://example.org/{{1}}",
             "example": ["https://example.org/v1"]},
            {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+34600999888"}]},
    ],
    "positional": [
        {"type": "HEADER", "format": "TEXT", "text": "Cita {{1}}", "example": {"header_text": ["lunes"]}},
        {"type": "BODY", "text": "{{1}}, el {{2}}.", "example": {"body_text": [["Ana", "lunes"]]}},
    ],
    "image": [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
        {"type": "BODY", "text": "x"},
    ],
    "video": [{"type": "HEADER", "format": "VIDEO", "example": {"header_handle": ["4::aW"]}}],
    "document": [{"type": "HEADER", "format": "DOCUMENT", "example": {"header_handle": ["4::aW"]}}],
    "gif": [{"type": "HEADER", "format": "GIF", "example": {"header_handle": ["4::aW"]}}],
    "location": [{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "Here"}],
    "product": [{"type": "HEADER", "format": "PRODUCT"}, {"type": "BODY", "text": "This"}],
    "auth": [
        {"type": "BODY", "add_security_recommendation": True},
        {"type": "FOOTER", "code_expiration_minutes": 10},
        {"type": "BUTTONS", "buttons": [
            {"type": "OTP", "otp_type": "ONE_TAP", "text": "Copy", "autofill_text": "Fill",
             "supported_apps": [{"package_name": "org.example", "signature_hash": "K8a"}]}]},
    ],
    "auth as listed": [
        {"type": "BODY", "text": "*{{1}}* is your code.", "add_security_recommendation": True,
         "example": {"body_text": [["123456"]]}},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Copy code", "example": ["https://www.whatsapp.com/otp/code/?code=otp1"],
             "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"}]},
    ],
    "offer": [
        {"type": "BODY", "text": "Today"},
        {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends soon", "has_expiration": True}},
        {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE25"}]},
    ],
    "flow": [
        {"type": "BODY", "text": "Book"},
        {"type": "BUTTONS", "buttons": [
            {"type": "FLOW", "text": "Book", "flow_id": "8800", "flow_action": "navigate",
             "navigate_screen": "START"}]},
    ],
    "carousel": [
        {"type": "BODY", "text": "New: {{1}}", "example": {"body_text": [["tea"]]}},
        {"type": "CAROUSEL", "cards": [
            {"components": [
                {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
                {"type": "BODY", "text": "Only {{1}}", "example": {"body_text": [["3"]]}},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]}]},
            {"components": [{"type": "HEADER", "format": "PRODUCT"}]}]},
    ],
    "all the other buttons": [
        {"type": "BODY", "text": "x"},
        {"type": "BUTTONS", "buttons": [
            {"type": "CATALOG", "text": "All"}, {"type": "MPM", "text": "Some"},
            {"type": "SPM", "text": "One"}, {"type": "VOICE_CALL", "text": "Call", "ttl_minutes": 60},
            {"type": "APP", "text": "Open", "app_id": 7}, {"type": "CALL_PERMISSION_REQUEST"},
            {"type": "REQUEST_CONTACT_INFO"}]},
    ],
    "of tomorrow": [
        {"type": "BODY", "text": "x", "mood": "calm", "example": {"body_text": [["a"], ["b"]], "more": 1}},
        {"type": "HEADER", "format": "HOLOGRAM"},
        {"type": "TICKER", "speed": 3},
        {"type": "BUTTONS", "buttons": [{"type": "TELEPORT", "text": "Go", "to": [1, 2]}], "layout": "row"},
        {"type": "CAROUSEL", "cards": [{"components": [{"type": "BODY", "text": "no header"}]}]},
    ],
}  # fmt: skip


def _by_type(listed: list[dict[str, Any]]) -> dict[str, Any]:
    assert len({each["type"] for each in listed}) == len(listed)
    return {each["type"]: each for each in listed}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_form_comes_back_as_it_was(form: str) -> None:
    """What Meta lists is sent back by an edit without a change."""
    category = "authentication" if "auth" in form else "utility"
    definition = TemplateDefinition("x", "es", category, **read_components(FORMS[form]))

    assert _by_type(components(definition)) == _by_type(FORMS[form])


@pytest.mark.parametrize("form", [form for form in FORMS if form != "of tomorrow"], ids=str)
def test_every_form_has_a_place_in_our_definition(form: str) -> None:
    """Nothing that is documented ends among the unknown."""
    assert "unknown" not in read_components(FORMS[form])


def test_what_is_new_is_kept_beside_what_is_known() -> None:
    """A component of a new type, a new field and a new button do not hide the rest."""
    fields = read_components(FORMS["of tomorrow"])

    assert fields["body"] == "x"
    assert fields["buttons"][0].kind == "other"
    assert {each["type"] for each in fields["unknown"]} == {"BODY", "HEADER", "TICKER", "BUTTONS", "CAROUSEL"}


def test_the_sample_page_is_read() -> None:
    """The documented page of the list gives its one template."""
    [entry] = json.loads(PAGE.read_bytes())["data"]
    definition = read_template(entry)

    assert definition is not None
    assert (definition.name, definition.language, definition.category) == ("visit_reminder", "es", "utility")
    assert (definition.provider_id, definition.status, definition.quality) == (
        "559911223344", "APPROVED", "GREEN",
    )  # fmt: skip
    assert definition.examples == {"first_name": "Ana"}
    assert parameter_format(definition) == "NAMED"
    assert components(definition) == entry["components"]


_words = st.text("abc é.", min_size=1, max_size=12).filter(str.strip)
_maybe = st.just("") | _words
_kinds = st.sampled_from(sorted(set(KINDS.values()) - {"url", "otp", "copy_code"}))
_buttons = st.lists(
    st.builds(TemplateButtonDefinition, _kinds, _maybe)
    | st.builds(
        lambda text: TemplateButtonDefinition("url", text, "https://e.org/{{1}}", example="https://e.org/a"),
        _words,
    )
    | st.builds(lambda code: TemplateButtonDefinition("copy_code", example=code), _words)
    | st.builds(
        lambda text: TemplateButtonDefinition("otp", text, details={"otp_type": "COPY_CODE"}), _maybe
    ),
    max_size=4,
)
_media = st.builds(TemplateHeader, st.sampled_from(["image", "video", "document", "gif"]), handle=_words)
_headers = _media | st.builds(TemplateHeader, st.sampled_from(["location", "product"]))


@st.composite
def definitions(draw: st.DrawFn) -> TemplateDefinition:
    """Any definition that a person may write."""
    names = draw(st.lists(st.sampled_from(["day", "name", "price"]), unique=True, max_size=3))
    by_name = draw(st.booleans()) and bool(names)
    values = [draw(_words) for _ in names]
    slots = names if by_name else [str(n + 1) for n in range(len(names))]
    header = draw(st.none() | _headers | st.just(TemplateHeader(text="Hello")))
    if draw(st.booleans()):
        slot = names[0] if by_name else "1"
        header = TemplateHeader(text=f"On {{{{{slot}}}}}", example=draw(_words))
    cards = st.builds(TemplateCardDefinition, _headers, _maybe, buttons=_buttons)
    return TemplateDefinition(
        "a_name", "en_US", draw(st.sampled_from(["utility", "marketing", "authentication"])),
        body=" ".join(["Hi", *(f"{{{{{slot}}}}}" for slot in slots)]),
        header=header, footer=draw(_maybe),
        examples=dict(zip(names, values, strict=True)) if by_name else values,
        buttons=draw(_buttons), cards=draw(st.lists(cards, max_size=3)),
        offer=draw(st.none() | st.builds(TemplateOffer, _words, st.booleans())),
        security_recommendation=draw(st.booleans()), code_minutes=draw(st.integers(0, 90)),
    )  # fmt: skip


@given(definitions())
def test_a_definition_comes_back_as_it_was(definition: TemplateDefinition) -> None:
    """Written as components and read again, through JSON, it is equal."""
    listed = json.loads(msgspec.json.encode(components(definition)))
    again = TemplateDefinition(definition.name, definition.language, definition.category,
                               **read_components(listed))  # fmt: skip

    assert again == definition


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("aB{1} ", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "format", "example", "buttons", "cards", "components", "url",
                             "header_handle", "body_text", "header_text", "limited_time_offer"]),
            inner, max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip
_component = st.fixed_dictionaries(
    {"type": st.sampled_from(["HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER"])},
    optional=dict.fromkeys(
        ("format", "text", "example", "buttons", "cards", "limited_time_offer",
         "add_security_recommendation", "code_expiration_minutes"),
        _json,
    ),
)  # fmt: skip


@given(st.lists(_component, max_size=5, unique_by=lambda each: each["type"]))
@example([{"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Sale", "type": "new"}}])
def test_no_component_can_break_the_reader(listed: list[dict[str, Any]]) -> None:
    """Whatever Meta may list is read, can be stored, and everything that it said is still there."""
    definition = TemplateDefinition("x", "es", "utility", **read_components(listed))
    again = msgspec.json.decode(msgspec.json.encode(definition), type=TemplateDefinition)
    written = _by_type(components(again))

    assert again == definition
    for component in listed:
        made = written[component["type"]]
        for name, value in component.items():
            if name not in ("format", "buttons", "cards"):
                assert _within(value, made.get(name)), (name, value, made)


def _within(value: Any, made: Any) -> bool:
    if isinstance(value, dict) and isinstance(made, dict):
        return all(_within(each, made.get(name)) for name, each in value.items())
    return bool(value == made)


@given(_json)
def test_no_entry_can_break_the_reader(entry: Any) -> None:
    """An entry of the list is read or passed by, never an error."""
    read_template(entry)
    read_template({"name": "x", "language": "es", "components": entry, "quality_score": entry, "id": entry})
