"""docs/commerce-browsing.md against the code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from plugins.commerce.browse import back, sight, tell
from plugins.commerce.browse.offer import OFFER
from plugins.commerce.browse.words import COMMANDS

PAGE = (Path(__file__).parents[4] / "docs" / "commerce-browsing.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("| ").split("|")]
    for line in PAGE.partition("## What customers write")[2]
    .partition("English is understood")[0]
    .splitlines()
    if re.match(r"\| [A-Z]{2}", line)
]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_words_are_those_of_the_commands(row: list[str]) -> None:
    """In each language, all of one command."""
    first = row[0].split(",")[0].split(" [")[0].lower()
    [command] = [each for each in COMMANDS if each.name == first]
    assert isinstance(command.words, Mapping)
    for language, cell in zip(("en", "es", "sw"), row, strict=False):
        said = {word.split(" [")[0].lower() for word in re.split(r",\s*", cell)}
        assert said <= set(command.words[language]), language


def test_every_command_that_help_shows_is_on_the_page() -> None:
    assert len(ROWS) == len([each for each in COMMANDS if each.help])


def test_the_numbers_are_those_of_the_code() -> None:
    """Of the waiting list, and of what was not understood."""
    hour = 3600 * 10**6
    numbers = (back.MOST, tell.AHEAD, tell.FORGOTTEN, sight.FRESH)
    assert numbers == (50, hour, 180 * 24 * hour, hour / 6)
    assert "fifty things are the most" in PAGE
    assert "They have an hour before" in PAGE
    assert "After 180 days" in PAGE
    assert "Ten minutes later" in PAGE


def test_personal_data_is_declared() -> None:
    """Who is erased waits for nothing, and looks at nothing."""
    assert {each.table for each in OFFER.personal} == {
        "commerce_waiting", "commerce_sight", "commerce_sent_cart",
    }  # fmt: skip
