"""Ids sort in the order in which they were made; statuses only rise."""

from __future__ import annotations

import itertools
import re
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.ids import IdSource, digest
from gateway.model.status import RANK, Status


def test_ids_are_strictly_increasing_uuid7() -> None:
    """Ten thousand in one breath are distinct, in order and well formed."""
    source = IdSource()
    made = [source() for _ in range(10_000)]
    assert all(a < b for a, b in itertools.pairwise(made))
    shape = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(shape.fullmatch(one) for one in made)


def test_ids_rise_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set back does not make an id that sorts before an older one."""
    source = IdSource()
    first = source()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert [source(), source()] > [first, first]
    assert source() > first


def test_ids_sort_behind_those_of_a_clock_that_is_ahead() -> None:
    """By a second; one that is a day ahead was wrong."""
    source, ours = IdSource(), IdSource()
    ahead, wrong = (f"{int(time.time() * 1000) + ms:012x}" for ms in (1500, 86_400_000))
    for text in (ahead, wrong):
        ours.after(f"{text[:8]}-{text[8:]}-7abc-8000-000000000000")

    assert ours().replace("-", "")[:16] == f"{ahead}7abd"
    ours.after(source())
    assert ours().replace("-", "")[:16] == f"{ahead}7abe"


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_a_digest_is_of_the_parts(one: list[str], other: list[str]) -> None:
    """Equal parts have one digest, of sixteen bytes; others have another."""
    assert len(digest(*one)) == 16
    assert (digest(*one) == digest(*other)) == ("\x1f".join(one) == "\x1f".join(other))


def test_the_ranks_rise_as_a_message_lives() -> None:
    """Every status has a rank; failure stands between sent and delivered."""
    assert set(RANK) == {*get_args(Status), "cancelled"}
    order = sorted(RANK, key=RANK.__getitem__)
    assert order == ["accepted", "held", "sent", "failed", "cancelled", "delivered", "read", "played"]
    assert RANK["accepted"] == RANK["held"] < RANK["sent"] < RANK["failed"] < RANK["delivered"]
