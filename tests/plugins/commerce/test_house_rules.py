"""The shop's page tells all of its settings and words, and its example is one that works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from plugins.commerce.hooks import commands
from plugins.commerce.search.words import fold
from plugins.commerce.settings import Pickup, Settings, Zone

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "commerce.md"


@pytest.mark.parametrize("settings", [Settings, Zone, Pickup])
def test_every_setting_is_in_the_docs(settings: type[msgspec.Struct]) -> None:
    """With its default, in docs/commerce.md."""
    page = PAGE.read_text("utf-8")
    told = set(re.findall(r"`([a-z_]+)`", page))
    known = {field.name for field in msgspec.structs.fields(settings)}

    assert known - told == set()


def test_the_example_is_a_shop() -> None:
    """The first block of docs/commerce.md is taken as settings, secrets aside."""
    example = PAGE.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    written = tomllib.loads(example)["tenants"][0]["settings"]["commerce"]
    plain = {
        key: "x" * 16 if isinstance(value, dict) and "env" in value else value
        for key, value in written.items()
    }

    assert msgspec.convert(plain, Settings).zones[0].id == "nairobi"


@pytest.mark.parametrize(("column", "language"), list(enumerate(("en", "es", "sw"))))
def test_the_words_on_the_page_are_those_of_the_code(column: int, language: str) -> None:
    """The table of docs/commerce.md: each word is a command's, and each command of HELP is there."""
    table = PAGE.read_text("utf-8").partition("## What a customer can write")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    page = {
        fold(re.sub(r"\[.*?\]|\b(?:SKU|NUMBER)\b|[a-z0-9]", "", word)).strip()
        for row in rows
        for word in row[column].split(",")
    }
    known = {
        each.name: {fold(word) for word in dict(each.words)[language]} for each in commands() if each.help
    }

    assert page - set().union(*known.values()) == set()
    assert {name for name, words in known.items() if not words & page} == set()
