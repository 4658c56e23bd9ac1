"""Configurations for the stage: everything temporary, every channel simulated."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from gateway.demo.ports import free_port
from gateway.demo.program import Program
from gateway.demo.simulators import Simulator
from gateway.settings import (
    ChannelSettings,
    MediaSettings,
    Server,
    Settings,
    StoreSettings,
    TenantSettings,
)
from gateway.simulator import Hosted


def write_demo(folder: Path, port: int, simulated: Mapping[str, Simulator], shown: Program) -> Path:
    """Write the demo's gateway.toml into *folder*: one tenant with the plugins of *shown* and a channel at
    each provider, who all reach it at 127.0.0.1 and *port*."""
    lines = [
        "[server]",
        f"port = {port}",
        f"public_url = {toml(f'http://127.0.0.1:{port}')}",
        f"secret = {toml(secrets.token_urlsafe(32))}",
        "",
        "[media]",
        f"internal = {toml(internal(simulated.values()))}",
        "",
        "[[tenants]]",
        'id = "demo"',
        *(f"{name} = {toml(value)}" for name, value in shown.tenant.items()),
        f"plugins = {toml(shown.plugins)}",
        *(f"settings.{toml(name)} = {toml(values)}" for name, values in shown.settings.items()),
        "",
        "[tenants.policy]",
        "inbound_per_minute = 10000",  # one contact plays at every provider, faster than people write
    ]
    for name, simulator in simulated.items():
        lines += ["", "[[tenants.channels]]", f"id = {toml(channel_id(name))}", f"provider = {toml(name)}"]
        lines.append("[tenants.channels.settings]")
        lines += [f"{key} = {toml(value)}" for key, value in simulator.channel_settings().items()]
    path = folder / "gateway.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def for_chat(
    folder: Path, provider: str, simulator: Simulator, own: Settings | None, plugin: Path | str | None,
    shown: Program | None = None,
) -> Settings:  # fmt: skip
    """Settings for `gateway chat`: the first tenant of *own* with its plugins, and *plugin* first of all: its
    path, or the name of one that is installed; or those of *shown*.

    Nothing of *own* is touched: the database, the spool and the channel are those of the stage. The
    path is the stage's too, so that a change of the real file does not bring the real channels in.
    """
    port = free_port()  # known beforehand, because some providers sign the address that they call
    paths = own.plugin_paths if own else ()
    tenant = own.tenants[0] if own and own.tenants else TenantSettings(id="chat")
    plugins = tenant.plugins
    if isinstance(plugin, Path):
        paths = (plugin.absolute(), *(path for path in paths if path.stem != plugin.stem))
        plugin = plugin.stem
    if shown is not None:
        plugins, tenant = shown.plugins, msgspec.structs.replace(tenant, settings=shown.settings)
    if plugin is not None:
        plugins = (plugin, *(name for name in plugins if name != plugin))
    channel = ChannelSettings(channel_id(provider), provider, simulator.channel_settings())
    return Settings(
        path=folder / "gateway.toml",
        plugin_paths=paths,
        server=Server(
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            secret=(secrets.token_urlsafe(32),),
            spool=folder / "spool",
        ),
        store=StoreSettings(url=f"sqlite:///{folder / 'gateway.db'}"),
        media=MediaSettings(store=str(folder / "media"), internal=tuple(internal([simulator]))),
        tenants=(msgspec.structs.replace(tenant, plugins=plugins, channels=(channel,)),),
    )


def internal(simulators: Iterable[Simulator]) -> list[str]:
    """The origins on this machine from which simulated providers hand out files."""
    return [host for simulator in simulators if isinstance(simulator, Hosted) for host in simulator.hosts]


def channel_id(provider: str) -> str:
    """The id of the stage's channel at *provider*."""
    return f"demo-{provider}"


def toml(value: Any) -> str:
    """A setting's value in TOML: text, numbers, booleans, lists and tables of them."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{toml(str(key))} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    # For texts, numbers and booleans TOML reads what JSON writes, except for the character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
