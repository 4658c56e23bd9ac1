"""`gateway plugins` and `gateway migrate`."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

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
