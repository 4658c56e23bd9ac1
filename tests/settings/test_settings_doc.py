"""docs/settings.md against the Structs that it describes."""

from __future__ import annotations

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
        ("[api]", ApiSettings),
        ("[[tenants]]", TenantSettings),
        ("[[tenants.channels]]", ChannelSettings),
    ],
)
def test_every_key_is_documented(section: str, shape: type) -> None:
    """Each section's table names exactly the keys that are decoded."""
    text = DOC.partition(f"## `{section}`\n")[2].partition("\n## ")[0]
    firsts = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    named = {name.partition(".")[0] for cell in firsts for name in re.findall(r"`([^`]+)`", cell)}
    assert named == set(shape.__struct_fields__)


def test_the_example_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file shown is a working one."""
    monkeypatch.setenv("OLD_GATEWAY_SECRET", "o" * 40)
    file = tmp_path / "gateway.toml"
    file.write_text(DOC.partition("```toml\n")[2].partition("```")[0])
    assert load(file).tenants[0].channels[0].id == "duka-main"
