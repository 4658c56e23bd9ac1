"""The shop's page tells all of its settings, and its example is one that works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

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
