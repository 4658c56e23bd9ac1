"""The configurations that the stage is made of."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gateway.demo.program import program
from gateway.demo.settings import for_chat, toml, write_demo
from gateway.hooks.host import Host
from gateway.settings import load

values = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc ü\"'.\n", max_size=4), inner),
    max_leaves=5,
)


class Simulated:
    """A simulator's settings."""

    def channel_settings(self) -> dict[str, Any]:
        """One number."""
        return {"phone_number_id": "401", "app_secret": 'a "quoted" secret', "api_base": "http://127.0.0.1:1"}


@given(values)
def test_toml_reads_what_was_written(value: Any) -> None:
    """Every setting's value survives the file."""
    assert tomllib.loads(f"value = {toml(value)}")["value"] == value


def test_the_demo_is_a_configuration_like_any(tmp_path: Path) -> None:
    """The file that the demo writes is loaded as everybody's is."""
    shown = program()
    settings = load(write_demo(tmp_path, 8099, {"meta_cloud": Simulated()}, shown))
    [tenant] = settings.tenants
    [channel] = tenant.channels
    assert settings.server.port == 8099
    assert settings.plugin_paths == ()
    assert (tenant.id, tenant.plugins, tenant.time_zone) == ("demo", shown.plugins, "Africa/Nairobi")
    assert tenant.settings == shown.settings
    assert (channel.id, channel.provider) == ("demo-meta_cloud", "meta_cloud")
    assert channel.settings == Simulated().channel_settings()


def test_the_program_fits_the_plugins_that_it_names() -> None:
    """Its settings are those of the plugin, its commands are there, and its conversation is a purchase."""
    shown, host = program(), Host.load()
    commands = {f"{name} {each.name}" for name, has in host.plugins.items() for each in has.offers.cli}
    assert set(shown.commands) <= commands
    for name, values in shown.settings.items():
        msgspec.convert(values, host.plugins[name].settings, strict=True)
    told = " ".join(step.says + step.picks + step.asks for step in shown.play)
    for act in ("Shop", "Add to cart", "CODE KARIBU10", "Checkout", "Confirm", "STATUS", "/accept", "/ship"):
        assert act in told


def test_a_chat_takes_plugins_and_nothing_else(tmp_path: Path) -> None:
    """Of the own configuration only the plugins and their settings count."""
    own = tmp_path / "own.toml"
    own.write_text(
        'plugin_paths = ["shop.py", "echo.py"]\n[server]\nport = 9\nsecret = "' + "s" * 40 + '"\n'
        '[store]\nurl = "postgresql://example.org/real"\n'
        '[[tenants]]\nid = "duka"\nplugins = ["shop", "echo"]\n[tenants.settings.shop]\ncurrency = "KES"\n'
        '[[tenants.channels]]\nid = "real"\nprovider = "meta_cloud"\n'
    )
    echo = tmp_path / "mine" / "echo.py"
    settings = for_chat(tmp_path / "stage", "meta_cloud", Simulated(), load(own), echo)
    [tenant] = settings.tenants
    assert tenant.plugins == ("echo", "shop")
    assert tenant.settings == {"shop": {"currency": "KES"}}
    assert settings.plugin_paths == (echo, tmp_path / "shop.py")
    assert [channel.id for channel in tenant.channels] == ["demo-meta_cloud"]
    assert settings.store.url.startswith("sqlite:///")
    assert settings.server.public_url == f"http://127.0.0.1:{settings.server.port}"
    assert settings.path.parent == tmp_path / "stage"


def test_a_chat_needs_no_configuration(tmp_path: Path) -> None:
    """A plugin's file is enough."""
    settings = for_chat(tmp_path, "meta_cloud", Simulated(), None, Path("echo.py"))
    assert settings.tenants[0].plugins == ("echo",)
    assert settings.plugin_paths == (Path("echo.py").absolute(),)
