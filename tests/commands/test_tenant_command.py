"""`gateway tenant`, `channel` and `plugin`: what is made, changed and removed, once on each database."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import CONFIG, Run
from tests.support.postgres import Urls

META = (
    "--provider", "meta_cloud", "--set", "phone_number_id=499000000000001",
    "--set", "access_token=@env:SOKO_TOKEN", "--set", "app_secret=@file:app_secret",
    "--set", "verify_token=-",
)  # fmt: skip


@pytest.fixture
def soko(gateway: Run, folder: Path, store_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A second tenant, beside the one of the file; what its channel needs lies about."""
    store = "".join(
        f'{name} = "{getattr(store_urls, name)}"\n' for name in ("url", "migrate_url", "worker_url")
    )
    (folder / "gateway.toml").write_text(CONFIG.replace("[[tenants]]", f"[store]\n{store}[[tenants]]", 1))
    (folder / "app_secret").write_text("the-app-secret-of-soko\n")
    monkeypatch.setenv("SOKO_TOKEN", "the-token-of-soko")
    monkeypatch.setattr("sys.stdin", io.StringIO("the-verify-token\n"))
    assert gateway("tenant", "add", "soko", "--name", "Soko", "--country", "KE")[0] == 0
    return gateway


def _json(run: Run, *words: str) -> dict[str, object]:
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, ""), err
    found: dict[str, object] = json.loads(out)
    return found


def test_tenants_are_listed_changed_and_removed(soko: Run) -> None:
    """Of the file and of the database in one table; a removal is confirmed."""
    code, out, _ = soko("tenant", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["ID", "duka", "soko"]
    assert [line.split()[-1] for line in out.splitlines()[1:]] == ["file", "database"]

    changed = _json(soko, "tenant", "change", "soko", "--language", "sw")
    assert (changed["language"], changed["country"], changed["name"]) == ("sw", "KE", "Soko")
    assert "language:    sw" in soko("tenant", "show", "soko")[1]

    code, _, err = soko("tenant", "remove", "soko")
    assert (code, "Add --yes if that is meant." in err) == (2, True)
    code, out, _ = soko("tenant", "remove", "soko", "--yes")
    assert (code, "Tenant soko is removed" in out) == (0, True)
    code, _, err = soko("tenant", "show", "soko")
    assert (code, err) == (2, "gateway: there is no tenant 'soko'\n")
    code, _, err = soko("tenant", "add", "soko")
    assert (code, "was removed" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("tenant", "change", "duka", "--language", "sw"),
            "stands in gateway.toml: tenants[0]; change it there",
        ),
        (("tenant", "add", "souk", "--time-zone", "Nowhere"), "time_zone: 'Nowhere' is not a time zone"),
        (("tenant", "add", "Souk"), "gateway: id: "),
        (("channel", "show", "nope"), "there is no channel 'nope'"),
        (
            ("channel", "add", "x", "--tenant", "soko", "--provider", "pigeon"),
            "there is no provider 'pigeon'",
        ),
        (
            ("channel", "add", "x", "--provider", "twilio"),
            "name a tenant with --tenant; there are: duka, soko",
        ),
        (("plugin", "disable", "listener", "--tenant", "duka"), "stands in gateway.toml: tenants[0]"),
        (("plugin", "enable", "nope", "--tenant", "soko"), "there is no plugin 'nope'"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(soko: Run, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, nothing on stdout."""
    code, out, err = soko(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_channel_is_added_paused_changed_and_removed(soko: Run) -> None:
    """Its secrets come from variable, file and standard input, and are shown nowhere."""
    code, out, err = soko("channel", "add", "soko-main", "--tenant", "soko", "--silence", "6h", *META)
    assert (code, err) == (0, "")
    assert "/webhooks/meta_cloud/soko-main" in out

    shown = _json(soko, "channel", "show", "soko-main")
    assert (shown["tenant"], shown["silence"], shown["state"]) == ("soko", 21_600.0, "sends")
    assert shown["settings"] == {
        "phone_number_id": "499000000000001",
        "access_token": {"set": True, "last4": "soko"},
        "app_secret": {"set": True, "last4": "soko"},
        "verify_token": {"set": True, "last4": "oken"},
    }
    assert soko("channel", "pause", "soko-main")[0] == 0
    assert "paused by hand" in soko("channel", "list", "--tenant", "soko")[1]
    assert soko("channel", "resume", "soko-main")[0] == 0
    changed = _json(
        soko, "channel", "change", "soko-main", "--set", "app_secret=@env:SOKO_TOKEN", "--set",
        "app_secret=@file:app_secret", "--set", "waba_id=77",
    )  # fmt: skip
    assert changed["settings"]["app_secret"] == [{"set": True, "last4": "soko"}] * 2  # type: ignore[index]
    changed = _json(soko, "channel", "change", "soko-main", "--unset", "waba_id")
    assert "waba_id" not in str(changed["settings"])
    code, out, _ = soko("channel", "remove", "soko-main", "--yes")
    assert (code, "0 parts" in out) == (0, True)
    assert _json(soko, "channel", "list")["channels"] == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("access_token=hunter2", "access_token is a secret: write --set access_token=@env:NAME"),
        ("access_token=@env:NOT_THERE", "the environment variable NOT_THERE is not set"),
        ("access_token=@file:not_there", "access_token: cannot read not_there"),
        ("access_token", "write a setting as KEY=VALUE"),
    ],
)
def test_a_secret_is_never_a_word_of_the_command(soko: Run, written: str, said: str) -> None:
    """Nor is it repeated."""
    code, out, err = soko(
        "channel", "add", "x", "--tenant", "soko", "--provider", "meta_cloud", "--set", written
    )
    assert (code, out) == (2, "")
    assert said in err
    assert "hunter2" not in err


def test_plugins_are_enabled_ordered_set_and_disabled(soko: Run, folder: Path) -> None:
    """By name; the table has them in their order."""
    source = (folder / "listener.py").read_text()
    declared = "from msgspec import Struct\nclass Settings(Struct, frozen=True):\n    word: str = ''\n"
    (folder / "talker.py").write_text(f"{source}\n{declared}")
    config = (folder / "gateway.toml").read_text()
    (folder / "gateway.toml").write_text(
        config.replace('["./listener.py"]', '["./listener.py", "./talker.py"]')
    )

    for name in ("listener", "talker"):
        assert soko("plugin", "enable", name, "--tenant", "soko")[0] == 0
    changed = _json(soko, "plugin", "set", "talker", "--tenant", "soko", "--set", "word=habari")
    assert changed["settings"] == {"word": "habari"}
    code, _, err = soko("plugin", "set", "talker", "--tenant", "soko", "--set", "wrod=habari")
    assert (code, "settings.wrod: unknown setting" in err) == (2, True)
    code, out, _ = soko("plugin", "order", "talker", "listener", "--tenant", "soko")
    assert (code, [line.split()[0] for line in out.splitlines()[1:]]) == (
        0,
        ["talker", "listener", "basics", "commerce"],
    )
    assert soko("plugin", "disable", "talker", "--tenant", "soko")[0] == 0
    listed = _json(soko, "plugin", "list", "--tenant", "soko")["plugins"]
    assert [(each["name"], each["enabled"]) for each in listed] == [  # type: ignore[attr-defined]
        ("listener", True), ("basics", False), ("commerce", False), ("talker", False),
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["tenant", "channel", "plugin"])
def test_every_action_has_help_with_an_example(
    command: str, gateway: Callable[..., tuple[int, str, str]]
) -> None:
    """What to type stands below the options."""
    code, out, _ = gateway(command, "--help")
    assert (code, "example:" in out) == (0, True)
    actions = [line.split()[0] for line in out.partition("ACTION")[2].splitlines() if line.startswith("    ")]
    assert len(actions) >= 5
    for action in actions:
        code, out, _ = gateway(command, action, "--help")
        assert (code, "example" in out) == (0, True), action


def test_check_reads_the_files_settings_as_the_plugin_declares_them(gateway: Run, folder: Path) -> None:
    """With the place in the file; a file without tenants is no mistake, they may be the database's."""
    declared = "from msgspec import Struct\nclass Settings(Struct, frozen=True):\n    word: str = ''\n"
    (folder / "listener.py").write_text(f"{(folder / 'listener.py').read_text()}\n{declared}")
    config = (folder / "gateway.toml").read_text()
    (folder / "gateway.toml").write_text(f"{config}\n[tenants.settings.listener]\nwrod = 'a'\n")

    code, out, _ = gateway("check")
    assert (code, "gateway.toml: tenants[0].settings.listener.wrod: unknown setting" in out) == (1, True)
    (folder / "gateway.toml").write_text(config.partition("[[tenants]]")[0])
    code, out, _ = gateway("check")
    assert (code, "gateway.toml names none" in out) == (0, True)


def test_a_policy_is_shown_and_changed(soko: Run) -> None:
    """A line for each value with who says it; tables, lists and numbers are said as words."""
    code, out, err = soko(
        "tenant", "policy", "soko", "--set", "quiet.start=21:00", "--set", "quiet.end=08:00",
        "--set", "quiet.purposes=marketing", "--set", "messages_per_day=500",
        "--set-json", 'caps=[{"most": 2, "per": "7d"}]',
    )  # fmt: skip
    assert (code, err) == (0, "")
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert lines["quiet.start"] == ["21:00", "tenant"]
    assert lines["messages_per_day"] == ["500", "tenant"]
    assert lines["caps"] == ["2", "per", "7d", "of", "marketing", "tenant"]
    assert lines["marketing"] == ["opt_in", "default"]
    shown = _json(soko, "tenant", "policy", "soko", "--unset", "quiet")
    assert shown["quiet"] == {
        "start": "00:00",
        "end": "00:00",
        "purposes": ["marketing", "service"],
        "awake": "1h",
    }
    assert shown["messages_per_day"] == 500


def test_retention_is_shown_and_changed(soko: Run) -> None:
    """Of one tenant; what has to be kept for longer is refused with the reason."""
    code, out, _ = soko("retention", "--tenant", "soko", "--set", "messages=180d")
    assert code == 0
    lines = {line.split()[0]: line.split()[1:3] for line in out.splitlines()}
    assert (lines["messages"], lines["journal"]) == (["180d", "tenant"], ["14d", "default"])
    assert _json(soko, "retention", "--tenant", "duka")["origin"] == "file"
    code, _, err = soko("retention", "--tenant", "soko", "--set", "idempotency=1h")
    assert (code, "clients repeat a request for a day" in err) == (2, True)
    code, _, err = soko("retention", "--tenant", "duka", "--set", "messages=180d")
    assert (code, "gateway.toml: tenants[0].retention" in err) == (2, True)
    code, _, err = soko("tenant", "policy", "soko", "--set", "quiet=x", "--set", "quiet.start=21:00")
    assert (code, "cannot be said at once" in err) == (2, True)
    code, _, err = soko("tenant", "policy", "soko", "--set", "quite=x")
    assert (code, err.strip()) == (2, "gateway: there is no setting `quite`")
