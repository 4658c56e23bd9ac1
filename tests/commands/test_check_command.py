"""`gateway check`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gateway.channels import load_providers
from gateway.commands import findings, output
from tests.commands.conftest import CONFIG, Run


@pytest.fixture(autouse=True)
def _a_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """The providers that happen to be installed do not matter here."""
    ready = findings.Finding("providers", True, "fake")
    monkeypatch.setattr(findings, "providers", lambda: ({"fake": object()}, [ready]))


def test_a_good_configuration_exits_0_and_changes_nothing(gateway: Run, folder: Path) -> None:
    """A line for each thing, and no file is made."""
    before = sorted(folder.iterdir())
    code, out, _ = gateway("check")

    assert code == 0, out
    assert "ok   plugin listener: " in out
    assert "ok   database: " in out
    assert out.endswith("All is well.\n")
    assert [path for path in sorted(folder.iterdir()) if path.name != "__pycache__"] == before


def test_every_problem_is_found_at_once(gateway: Run, folder: Path) -> None:
    """A wrong channel, a broken plugin and a missing one, each with its place."""
    (folder / "broken.py").write_text("import nowhere_to_be_found\n")
    channels = "".join(
        f'[[tenants.channels]]\nid = "{id}"\nprovider = "{provider}"\n'
        for id, provider in (("one", "fke"), ("two", "x"))
    )
    text = CONFIG.replace('["./listener.py"]', '["./listener.py", "./broken.py"]')
    (folder / "gateway.toml").write_text(text.replace('["listener"]', '["listener", "crm"]') + channels)

    code, out, _ = gateway("check")

    assert code == 1
    failed = [line for line in out.splitlines() if line.startswith("FAIL")]
    assert len(failed) == 4
    assert "tenants[0].channels[0].provider: there is no provider 'fke'" in failed[0]
    assert "tenants[0].channels[1].provider: there is no provider 'x'" in failed[1]
    assert "nowhere_to_be_found" in failed[2]
    assert "broken.py:1" in failed[2]
    assert "tenants[0].plugins: there is no plugin 'crm'" in failed[3]


def test_a_channel_that_needs_a_public_address_is_a_finding(
    gateway: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it is the only channel, and nothing else would be left."""
    twilio = load_providers()["twilio"]
    monkeypatch.setattr(findings, "providers", lambda: ({"twilio": twilio}, []))
    channel = '[[tenants.channels]]\nid = "one"\nprovider = "twilio"\n[tenants.channels.settings]\n'
    account = f'account_sid = "AC{"0" * 32}"\nauth_token = "secret"\nfrom = "whatsapp:+15550104477"\n'
    (folder / "gateway.toml").write_text(CONFIG + channel + account)

    code, out, _ = gateway("check")

    assert code == 1
    assert "FAIL channel one: gateway.toml: server.public_url: missing" in out
    assert "ok   plugin listener: " in out


def test_settings_that_cannot_be_read_are_a_finding(gateway: Run, folder: Path) -> None:
    """The place and the remedy are printed; the exit code is 1."""
    (folder / "gateway.toml").write_text("[server]\nport = 8080\n")

    code, out, _ = gateway("check")

    assert code == 1
    assert "FAIL settings: gateway.toml: server.secret: missing" in out
    assert "secret = " in out


def test_the_findings_as_json(gateway: Run, folder: Path) -> None:
    """For a deploy script."""
    (folder / "gateway.toml").write_text(CONFIG.replace('["listener"]', '["nope"]'))

    code, out, _ = gateway("check", "--json")

    report = json.loads(out)
    assert (code, report["ok"]) == (1, False)
    assert [found["what"] for found in report["findings"] if not found["ok"]] == ["tenant duka"]


def test_a_damaged_database_is_a_finding(gateway: Run, folder: Path) -> None:
    """Not a traceback."""
    (folder / "gateway.db").write_text("this is no database" * 100)

    code, out, _ = gateway("check")

    assert code == 1
    assert "FAIL database: " in out


def test_marks_are_ascii_unless_a_terminal_reads_more(tmp_path: Path) -> None:
    """Logs and pipes get words."""
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        assert output.marks(file) == ("ok  ", "FAIL")


def test_marks_are_signs_on_a_terminal_that_reads_them() -> None:
    """A person sees them at once."""

    class Terminal(io.StringIO):
        encoding = "UTF-8"

        def isatty(self) -> bool:
            return True

    assert output.marks(Terminal()) == ("✓", "✗")


def test_a_table_has_straight_columns() -> None:
    """As wide as the widest cell, nothing behind the last."""
    assert output.table(("A", "B"), [("long", "x"), ("s", "")]) == "A     B\nlong  x\ns"
