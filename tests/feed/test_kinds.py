"""The closed list of event types: in the code, in the docs, in what is shown."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.endpoints.forms import Kind as Offered
from gateway.feed.record import KINDS, sibling
from gateway.feed.shown import EventShown
from gateway.model.ids import new_id

DOC = Path(__file__).parent.parent.parent / "docs" / "events-log.md"


def test_the_docs_list_every_type() -> None:
    """The table of docs/events-log.md is the code's list, in its order; each has a Struct."""
    assert tuple(re.findall(r"^\| `(\w+\.\w+)` \|", DOC.read_text(), re.MULTILINE)) == KINDS
    assert {each.__struct_config__.tag for each in EventShown.__args__} == set(KINDS)
    assert Offered.__args__ == KINDS


def test_ids_of_a_block() -> None:
    """Each is a UUIDv7 of its own, the first that of the block, also at the end of the numbers."""
    for first in (new_id(), "0198f3c2-7d1a-7abc-bfff-ffffffffffff"):
        ids = [sibling(first, n) for n in range(500)]
        assert ids[0] == first
        assert len(set(ids)) == 500
        assert all(
            re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each)
            for each in ids
        )
