"""`gateway plugins` and `gateway migrate`."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest

from tests.commands.conftest import CONFIG, Run


def test_a_plugin_is_listed_with_its_hooks_and_tenants(gateway: Run) -> None:
    """Name, version, hooks, who uses it, state, and where it comes from."""
    code, out, _ = gateway("plugins")

    (line,) = [line for line in out.splitlines() if line.startswith("listener ")]
    assert code == 0
    assert line.split()[:5] == ["listener", "1.2", "on_start", "duka", "ready"]
    assert line.endswith("listener.py")


def test_failed_missing_and_unused_plugins_say_so(gateway: Run, folder: Path) -> None:
    """Each with its reason."""
    (folder / "broken.py").write_text("1 / 0\n")
    text = CONFIG.replace('["./listener.py"]', '["./listener.py", "./broken.py"]')
    (folder / "gateway.toml").write_text(text.replace('["listener"]', '["crm"]'))

    lines = {line["name"]: line for line in json.loads(gateway("plugins", "--json")[1])}

    assert {name: lines[name]["state"] for name in ("listener", "broken", "crm")} == {
        "listener": "unused",
        "broken": "failed",
        "crm": "missing",
    }
    assert "ZeroDivisionError" in lines["broken"]["reason"]
    assert lines["crm"]["tenants"] == ["duka"]


def test_what_a_plugin_brings_is_listed(gateway: Run, folder: Path) -> None:
    """Its offers by name, what it requires, and what is in its way; switched off, it says so."""
    (folder / "listener.py").write_text(
        "from gateway import flow, hook\nrequires = ('till',)\n"
        "@flow\nasync def talk(chat): ...\n@hook.on('visit_moved')\nasync def f(event): ...\n"
    )
    (line,) = [line for line in json.loads(gateway("plugins", "--json")[1]) if line["name"] == "listener"]
    assert line["offers"]["flows"] == ["talk"]
    assert line["offers"]["listens"] == ["visit_moved"]
    assert (line["requires"], line["dead"]) == (["till"], None)
    assert "which no installed plugin registers" in line["notes"][0]
    code, out, _ = gateway("check")
    assert code == 1
    assert "tenants[0].plugins: plugin 'listener' cannot work without 'till'" in out
    assert "note: 'listener' (" in out


def test_a_plugin_is_switched_off_for_a_command(
    gateway: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GATEWAY_PLUGINS= leaves none on, and that is no mistake."""
    monkeypatch.setenv("GATEWAY_PLUGINS", "")
    (line,) = [line for line in json.loads(gateway("plugins", "--json")[1]) if line["name"] == "listener"]
    assert line["state"] == "off"
    assert "plugin listener: plugin 'listener' is switched off" in gateway("check")[1]


def test_a_plugins_settings_are_checked_in_each_layer(gateway: Run, folder: Path) -> None:
    """The place that is named is the one that is wrong."""
    declared = "from msgspec import Struct\nclass Settings(Struct, frozen=True):\n    currency: str\n"
    (folder / "listener.py").write_text(declared + (folder / "listener.py").read_text())
    said = "gateway.toml: tenants[0].settings.listener.currency: missing"
    assert said in gateway("check")[1]
    (folder / "gateway.toml").write_text(CONFIG + "[settings.listener]\ncurrency = 7\n")
    assert "gateway.toml: settings.listener.currency: expected `str`, got `int`" in gateway("check")[1]
    (folder / "gateway.toml").write_text(CONFIG + '[settings.listener]\ncurrency = "KES"\n')
    assert "currency" not in gateway("check")[1]
    (folder / "gateway.toml").write_text(CONFIG + '[settings.listner]\ncurrency = "KES"\n')
    assert "settings.listner belongs to no installed plugin\n" in gateway("check")[1]
    assert "did you mean 'listener'?" in gateway("check")[1]


def test_migrate_applies_and_lists(gateway: Run) -> None:
    """Once each; a second run finds nothing to do."""
    assert "pending  core/0001_core" in gateway("migrate", "--list")[1]
    assert gateway("migrate")[1].startswith("applied  core/0001_core\n")
    assert gateway("migrate")[1] == "The schema is up to date.\n"
    assert "pending" not in gateway("migrate", "--list")[1]


def test_migrate_leaves_a_running_gateway_alone(gateway: Run, folder: Path) -> None:
    """It says that serve does this by itself."""
    with (folder / "gateway.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, out, _ = gateway("migrate")

    assert code == 0
    assert "`gateway serve` migrates by itself" in out
    assert not (folder / "gateway.db").exists()
