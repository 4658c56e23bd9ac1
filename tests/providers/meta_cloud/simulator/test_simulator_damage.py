"""Whatever is wrong with a template or its values, Graph refuses it; nothing crashes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from providers.meta_cloud.simulator.checks import check_message
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.templates.definition import check_components
from providers.meta_cloud.simulator.templates.record import Record
from providers.meta_cloud.simulator.templates.sends import check_values
from tests.providers.meta_cloud.simulator.test_simulator_templates import OTP, VISIT, visit

SAMPLES = Path(__file__).parents[3] / "samples" / "meta"
HANDLE = "4::eA=="
CARD: dict[str, Any] = {
    "components": [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [HANDLE]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]},
    ]
}
TEA: list[dict[str, Any]] = [
    {"type": "BODY", "text": "Hello {{1}}, new tea", "example": {"body_text": [["Ana"]]}},
    {"type": "CAROUSEL", "cards": [CARD, CARD]},
]
FLASH: list[dict[str, Any]] = [
    {"type": "BODY", "text": "Hello {{1}}, only today", "example": {"body_text": [["Ana"]]}},
    {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Today", "has_expiration": True}},
    {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE25"}]},
]
#: components, category, named, the body of a send that fits
GOOD: list[tuple[list[dict[str, Any]], str, bool, dict[str, Any]]] = [
    (VISIT["components"], "UTILITY", True, visit()),
    (
        OTP["components"],
        "AUTHENTICATION",
        False,
        json.loads((SAMPLES / "send_template_auth_copy_code.json").read_text()),
    ),
    (TEA, "MARKETING", False, json.loads((SAMPLES / "send_template_carousel.json").read_text())),
    (FLASH, "MARKETING", False, json.loads((SAMPLES / "send_template_limited_time_offer.json").read_text())),
]
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 20)
    | st.text(max_size=5)
    | st.sampled_from(["{{1}}", "BODY"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def damage(draw: st.DrawFn, whole: Any) -> Any:
    """*whole* with one value somewhere replaced, repeated or missing."""
    whole = copy.deepcopy(whole)
    place = whole
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return whole
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and draw(st.integers(0, 3)):
            place = place[key]
            continue
        match draw(st.integers(0, 2)):
            case 0:
                place[key] = draw(junk)
            case 1 if isinstance(place, list):
                place.append(copy.deepcopy(place[key]))
            case _:
                del place[key]
        return whole


def test_what_fits_is_taken() -> None:
    """The undamaged definitions and sends pass, so that the properties below say something."""
    for components, category, named, body in GOOD:
        check_components(components, category, named, {HANDLE})
        check_message({"messaging_product": "whatsapp", "to": "+34600111222", **body}, "1")
        check_values(record(components, category, named), body["template"])


def record(components: list[dict[str, Any]], category: str, named: bool) -> Record:
    """An approved template."""
    shape = "NAMED" if named else "POSITIONAL"
    return Record("1", Line("1", "1", "1"), "visit", "es", category, components, shape, "APPROVED")


@given(st.data(), st.sampled_from(range(len(GOOD))))
def test_a_damaged_definition_is_taken_or_refused(data: st.DataObject, which: int) -> None:
    """Nothing but a Graph error comes of it."""
    components, category, named, _ = GOOD[which]
    broken = data.draw(st.composite(damage)(components))
    if not isinstance(broken, list) or not all(isinstance(part, dict) for part in broken):
        return
    try:
        check_components(broken, category, named, {HANDLE})
    except GraphError:
        return


@given(st.data(), st.sampled_from(range(len(GOOD))))
def test_damaged_values_are_taken_or_refused(data: st.DataObject, which: int) -> None:
    """What passes the check of its shape can be held to the definition without a crash."""
    components, category, named, body = GOOD[which]
    head = {"messaging_product": "whatsapp", "to": "+34600111222"}
    broken = {**head, **body, "template": data.draw(st.composite(damage)(body["template"]))}
    try:
        check_message(broken, "1")
        check_values(record(components, category, named), broken["template"])
    except GraphError:
        return
