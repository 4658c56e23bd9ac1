"""docs/messages.md shows every kind of message, in both forms, with every limit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

import gateway
from gateway.model import outbound
from gateway.model.outbound import Outbound
from gateway.provider import ErrorClass
from providers.meta_cloud import provider

PAGE = (Path(__file__).parents[1] / "docs" / "messages.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE))
KINDS = {kind.__struct_config__.tag: kind for kind in get_args(Outbound)}
#: What a reader finds under "What every kind may carry".
COMMON = {"reply_to", "category", "extra"}


def examples(section: str) -> list[Any]:
    """What the Python of a section makes, with the names that a plugin imports."""
    names = {name: getattr(gateway, name) for name in gateway.__all__}
    return [eval(code, dict(names)) for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL)]


def test_every_kind_has_a_section() -> None:
    """And nothing else has."""
    assert set(SECTIONS) == set(KINDS)


@pytest.mark.parametrize("tag", KINDS)
def test_the_two_forms_of_a_kind_are_the_same_message(tag: str) -> None:
    """The JSON decodes to what the Python makes, and the message can be sent."""
    (shown,) = re.findall(r"```json\n(.*?)```", SECTIONS[tag], re.DOTALL)
    first, *others = examples(SECTIONS[tag])

    decoded = msgspec.json.decode(shown, type=Outbound)
    assert decoded == first
    assert type(decoded) is KINDS[tag]
    for message in (first, *others):
        assert provider.render(message).losses == ()
        assert msgspec.json.decode(msgspec.json.encode(message), type=Outbound) == message


@pytest.mark.parametrize("tag", KINDS)
def test_every_field_is_named(tag: str) -> None:
    """In the words or in an example."""
    missing = [
        field.name
        for field in msgspec.structs.fields(KINDS[tag])
        if field.name not in COMMON and not re.search(rf"\b{field.name}\b", SECTIONS[tag] + intro(tag))
    ]
    assert missing == []


def intro(tag: str) -> str:
    """What stands above the section's neighbours: it holds for all of them."""
    before = PAGE[: PAGE.index(f"### {tag}\n")]
    return before[before.rindex("\n## ") :]


def test_every_piece_of_a_message_is_shown_with_its_fields() -> None:
    """Cards, rows, buttons, headers, amounts: their class and each of their fields."""
    pieces = [
        piece
        for name in outbound.__all__
        if isinstance(piece := getattr(outbound, name), type)
        and issubclass(piece, outbound.Part)
        and piece is not outbound.Part
    ]
    words = set(re.findall(r"\w+", PAGE))

    assert len(pieces) > 20
    for piece in pieces:
        assert {piece.__name__, *piece.__struct_fields__} <= words, piece
        assert piece.__name__ in gateway.__all__


def test_the_limits_are_those_that_are_checked() -> None:
    """Every one, with its value."""
    shown = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    limits = provider.capabilities.limits

    assert shown == {name: str(getattr(limits, name)) for name in limits.__struct_fields__}


def test_every_class_of_error_is_explained() -> None:
    """In the order in which they are defined."""
    table = PAGE[PAGE.index("## When a send fails") :]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(get_args(ErrorClass))
