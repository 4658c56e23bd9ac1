"""docs/events.md says what the code does: every content, its fields, and Meta's names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from gateway.model import notice
from gateway.model.event import ChannelEvent
from providers.meta_cloud.fields import FIELDS
from providers.meta_cloud.fields.base import read_other
from providers.meta_cloud.parse import parse
from tests.providers.meta_cloud.bodies import FOLDER
from tests.providers.meta_cloud.expected.fields import FIELDS as SAMPLES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "events.md").read_text()
#: What stands in the last column and is no field of its own.
BESIDE = {
    "AccountError": {"error", "errors"},
    "LinkClick": {"user_action", "messages"},
    "UnknownStatus": {"status_unknown", "messages"},
}
ROWS = [
    [re.findall(r"`(\w+)`", cell) for cell in line.strip("|").split("|")]
    for line in PAGE.split("## Every content")[1].splitlines()
    if line.startswith("| `")
]


def told() -> dict[str, set[str]]:
    """Content → Meta's names for it."""
    return {content: set(names) for (content,), _, _, names in ROWS}


def test_every_content_stands_there_with_its_fields() -> None:
    """In the order of the union and of the Struct."""
    kinds = {kind.__name__: kind for kind in get_args(notice.Notice)}

    assert [row[0] for row in ROWS if row[0][0] not in kinds] == []
    assert {row[0][0] for row in ROWS} == set(kinds)
    assert {row[0][0]: tuple(row[1]) for row in ROWS} == {
        name: tuple(field.name for field in msgspec.structs.fields(kind)) for name, kind in kinds.items()
    }


def test_every_field_of_metas_stands_there() -> None:
    """Each field that has a reader, and no other."""
    names = [name for content, found in told().items() for name in found - BESIDE.get(content, set())]

    assert set(names) == set(FIELDS)
    assert told()["Other"] == {name for name, reader in FIELDS.items() if reader is read_other}


def test_a_field_becomes_the_content_beside_which_it_stands() -> None:
    """As the samples, and the fields that are read in the same way, show."""
    found: dict[str, set[str]] = {}
    for sample in SAMPLES:
        for event in parse((FOLDER / f"{sample}.json").read_bytes()).events:
            assert isinstance(event, ChannelEvent)
            same = [name for name, reader in FIELDS.items() if reader is FIELDS.get(event.name)]
            for name in same or [event.name]:
                found.setdefault(type(event.content).__name__, set()).add(name)

    page = told()
    assert {content: names - page[content] for content, names in found.items() if names - page[content]} == {}
    shown = {name for names in found.values() for name in names}
    kept = {name for name, reader in FIELDS.items() if reader is read_other}
    assert set(FIELDS) - shown == kept


def test_every_member_of_an_event_is_explained() -> None:
    """In the first table."""
    members = PAGE.split("| member of the event")[1].split("## ")[0]
    explained = {
        name
        for line in members.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }

    assert explained == set(ChannelEvent.__struct_fields__)
