"""docs/policy.md says what the gate does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from gateway.policy.reasons import REASONS, WORDS
from gateway.settings.policy import Purpose

DOC = (Path(__file__).parents[2] / "docs" / "policy.md").read_text()


def test_every_reason_has_a_row_and_every_row_is_a_reason() -> None:
    """In the order in which they go."""
    table = DOC.split("## Reasons")[1].split("## The contact")[0]

    assert re.findall(r"^\| `(\w+)` \| (?:drop|hold) \|", table, re.MULTILINE) == list(REASONS)
    assert list(WORDS) == list(REASONS)


def test_every_purpose_has_a_row() -> None:
    """And a reply has none."""
    table = DOC.split("## Purposes")[1].split("## Reasons")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(get_args(Purpose))
