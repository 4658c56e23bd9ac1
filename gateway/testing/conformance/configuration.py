"""The gateway.toml of a world: two tenants, three channels, everything temporary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.demo.settings import toml
from gateway.settings import Settings, StoreSettings, load

#: Tenants and their channels: the second channel is a second number of the first one's account.
FIRST, SECOND = "first", "second"
FRONT, SIDE, BACK = "front", "side", "back"
PLUGIN = "clerk"


def write(
    folder: Path, port: int, store: StoreSettings, origins: Sequence[str],
    channels: Mapping[str, tuple[str, str, Mapping[str, Any]]],
) -> Settings:  # fmt: skip
    """(Over)write gateway.toml in *folder*; *channels* are id -> (tenant, provider, settings). Files may be
    fetched from *origins*."""
    lines = ["[server]", f"port = {port}", f'public_url = "http://127.0.0.1:{port}"']
    lines += [f"secret = {toml(['s' * 40])}"]
    lines += ["[store]", f"url = {toml(store.url or 'sqlite:///' + str(folder / 'gateway.db'))}"]
    lines += [f"migrate_url = {toml(store.migrate_url)}", f"worker_url = {toml(store.worker_url)}"]
    # A contact of a test is faster than people are, and says the same again.
    lines += ["[sending]", "number_rate = 1000", "pair_burst = 1000", "loop_limit = 100000"]
    lines += ["[media]", f"internal = {toml(origins)}"]
    for tenant in dict.fromkeys(tenant for tenant, _, _ in channels.values()):
        lines += ["[[tenants]]", f"id = {toml(tenant)}", f"plugins = [{toml(PLUGIN)}]"]
        lines += ["policy = {inbound_per_minute = 10000}"]
        for id, (owner, provider, settings) in channels.items():
            if owner == tenant:
                lines += ["[[tenants.channels]]", f"id = {toml(id)}", f"provider = {toml(provider)}"]
                lines += ["[tenants.channels.settings]"]
                lines += [f"{name} = {toml(value)}" for name, value in settings.items()]
    path = folder / "gateway.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(path)
