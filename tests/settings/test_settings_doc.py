"""docs/settings.md against the Structs that it describes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gateway.settings import (
    ApiSettings,
    ChannelSettings,
    MediaSettings,
    PoolSettings,
    Sending,
    Server,
    StoreSettings,
    TenantSettings,
    WebhookSettings,
    load,
)
from gateway.settings.durations import text
from gateway.settings.kept import KINDS
from gateway.settings.policy import Cap, Policy, QuietHours, Retention
from gateway.tenants.said import leaves, shown

DOC = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()


@pytest.mark.parametrize(
    ("section", "shape"),
    [
        ("[server]", Server),
        ("[store]", StoreSettings),
        ("[store.pools]", PoolSettings),
        ("[sending]", Sending),
        ("[media]", MediaSettings),
        ("[webhooks]", WebhookSettings),
        ("[retention]", Retention),
        ("[api]", ApiSettings),
        ("[[tenants]]", TenantSettings),
        ("[tenants.policy]", Policy),
        ("[tenants.policy.quiet]", QuietHours),
        ("[[tenants.policy.caps]]", Cap),
        ("[[tenants.channels]]", ChannelSettings),
    ],
)
def test_every_key_is_documented(section: str, shape: type) -> None:
    """Each section's table names exactly the keys that are decoded."""
    text = DOC.partition(f"## `{section}`\n")[2].partition("\n## ")[0]
    firsts = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    named = {name.partition(".")[0] for cell in firsts for name in re.findall(r"`([^`]+)`", cell)}
    assert named == set(shape.__struct_fields__)


def _defaults(section: str) -> dict[str, str]:
    text = DOC.partition(f"## `{section}`\n")[2].partition("\n## ")[0]
    rows = [row.split("|") for row in text.splitlines() if row.startswith("| `")]
    return {name: row[2].strip().strip("`") for row in rows for name in re.findall(r"`([^`]+)`", row[1])}


def test_the_lengths_are_those_of_the_code() -> None:
    """Of [retention], the defaults; a kind without one would be kept for ever."""
    assert _defaults("[retention]") == {name: f'"{text(kind.usual)}"' for name, kind in KINDS.items()}


def test_the_defaults_of_a_policy_are_those_of_the_code() -> None:
    """Each value that the page names as one."""
    told = {**_defaults("[tenants.policy]"), **{
        f"quiet.{name}": value for name, value in _defaults("[tenants.policy.quiet]").items()
    }}  # fmt: skip
    for name, value in leaves(shown(Policy())).items():
        written = json.dumps(value)
        assert told[name] == written, name


def test_the_example_of_a_policy_is_one(tmp_path: Path) -> None:
    """The table that is shown is read."""
    file = tmp_path / "gateway.toml"
    example = DOC.partition("```toml\n[tenants.policy]")[2].partition("```")[0]
    head = f'[server]\nsecret = "{"s" * 40}"\n[[tenants]]\nid = "duka"\n[tenants.policy]'
    file.write_text(head + example)
    policy = load(file).tenants[0].policy
    assert (policy.quiet.start, policy.caps[0].per, policy.daily_contacts) == ("21:00", 604_800.0, 1000)


def test_the_example_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file shown is a working one."""
    monkeypatch.setenv("OLD_GATEWAY_SECRET", "o" * 40)
    file = tmp_path / "gateway.toml"
    file.write_text(DOC.partition("```toml\n")[2].partition("```")[0])
    assert load(file).tenants[0].channels[0].id == "duka-main"
