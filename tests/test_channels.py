"""Channels: found, decoded, re-read; never talkative about secrets."""

from __future__ import annotations

import os
import zlib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from structlog.testing import capture_logs

from gateway.channels import Channels, load_providers
from gateway.errors import SettingsError
from gateway.settings import load


class FakeSettings(Struct, frozen=True):
    number: str
    token: str | list[str]
    base: str = ""

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("token must not be empty")
        if self.base == "weak":
            raise ValueError(f"token {self.token} is too weak")


class FakeProvider:
    """Just enough of a provider for its channels to exist."""

    name = "fake"
    redelivers = True
    Settings = FakeSettings
    secret_fields = frozenset({"token"})
    capabilities = None
    handshake = scan = verify = parse = render = send = simulator = None

    def number(self, settings: FakeSettings) -> str:
        return settings.number


PROVIDERS: Any = {"fake": FakeProvider()}
HEAD = f'[server]\nsecret = "{"s" * 40}"\n'


def channel(id: str, number: str, token: str, tenant: str = "") -> str:
    start = f'[[tenants]]\nid = "{tenant}"\n' if tenant else ""
    settings = f"settings={{number='{number}', token={token}}}"
    return f"{start}[[tenants.channels]]\nid='{id}'\nprovider='fake'\n{settings}\n"


def write(folder: Path, *parts: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text(HEAD + "".join(parts))
    return path


def build(folder: Path, *parts: str) -> Channels:
    return Channels(load(write(folder, *parts)), PROVIDERS)


def test_every_way_to_find_a_channel(tmp_path: Path) -> None:
    """A channel is found by tenant, by webhook address, by provider and by number."""
    channels = build(
        tmp_path,
        channel("a-one", "1", "'t'", "a"),
        channel("a-two", "2", "'t'"),
        channel("b-one", "3", "'t'", "b"),
    )
    two = channels.get("a", "a-two")
    assert two is not None
    assert (two.tenant, two.id, two.number, two.provider.name) == ("a", "a-two", "2", "fake")
    assert two.shard == zlib.crc32(b"a-two") % 64
    assert two.tenant_settings.id == "a"
    assert channels.find("fake", "a-two") is two
    assert channels.by_number("fake", "2") == (two,)
    assert [each.id for each in channels.of_provider("fake")] == ["a-one", "a-two", "b-one"]
    assert list(channels) == list(channels.of_provider("fake"))
    assert channels.get("b", "a-two") is None
    assert channels.find("other", "a-two") is None
    assert channels.by_number("fake", "9") == ()
    assert channels.of_provider("other") == ()


@pytest.mark.parametrize(
    ("parts", "where", "says"),
    [
        (
            [channel("c", "1", "'t'", "a").replace("'fake'", "'fkae'")],
            "gateway.toml: tenants[0].channels[0].provider",
            "did you mean 'fake'?",
        ),
        (
            [channel("c", "1", "''", "a")],
            "gateway.toml: tenants[0].channels[0].settings.token",
            "must not be empty",
        ),
        (
            [channel("c", "1", "3", "a")],
            "gateway.toml: tenants[0].channels[0].settings.token",
            "expected `str | array`",
        ),
        (
            [channel("c", "1", "{env='GW_NOT_SET'}", "a")],
            "gateway.toml: tenants[0].channels[0].settings.token",
            "GW_NOT_SET is not set",
        ),
    ],
)
def test_a_channel_that_cannot_work_is_refused(
    tmp_path: Path, parts: list[str], where: str, says: str
) -> None:
    """The error leads to the tenant, the channel and the setting, and says what to do."""
    with pytest.raises(SettingsError) as caught:
        build(tmp_path, *parts)
    assert caught.value.where == where
    assert says in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("wrong", "where", "says"),
    [
        (
            channel("d", "2", "''", "b"),
            "gateway.toml: tenants[1].channels[0].settings.token",
            "must not be empty",
        ),
        (channel("d", "1", "'t'", "b"), "gateway.toml: tenants[1].channels[0].settings", "also that of 'c'"),
        (
            channel("d", "2", "{env='GW_NOT_SET'}", "b"),
            "gateway.toml: tenants[1].channels[0].settings.token",
            "GW_NOT_SET is not set",
        ),
    ],
)
def test_a_channel_that_cannot_work_stops_no_other(tmp_path: Path, wrong: str, where: str, says: str) -> None:
    """It is refused and logged with its place and the remedy; the other channels run."""
    with capture_logs() as lines:
        channels = build(tmp_path, channel("c", "1", "'t'", "a"), wrong)
    assert [each.id for each in channels] == ["c"]
    error = channels.refused["b", "d"]
    assert (error.where, says in error.problem) == (where, True)
    assert [(line["event"], line["where"], line["hint"]) for line in lines] == [
        ("channel.refused", where, error.remedy)
    ]


def test_a_provider_that_signs_addresses_needs_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without [server] public_url none of its webhooks could be checked, so its channel is refused."""
    monkeypatch.setattr(FakeProvider, "signs_address", True, raising=False)
    with pytest.raises(SettingsError, match=r"server\.public_url") as caught:
        build(tmp_path, channel("c", "1", "'t'", "a"))
    assert "https://" in caught.value.remedy
    settings = load(write(tmp_path, channel("c", "1", "'t'", "a")))
    server = replace(settings.server, public_url="https://gw.example.com")
    (found,) = Channels(replace(settings, server=server), PROVIDERS)
    assert found.id == "c"


def test_a_variable_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rotated token counts with the next use; unchanged settings are the same object."""
    monkeypatch.setenv("TOKEN", "old")
    (found,) = build(tmp_path, channel("c", "1", "[{env='TOKEN'}, 'fixed']", "a"))
    first = found.settings()
    assert first.token == ["old", "fixed"]
    assert found.settings() is first
    monkeypatch.setenv("TOKEN", "new")
    assert found.settings().token == ["new", "fixed"]


def test_a_file_is_read_again(tmp_path: Path) -> None:
    """A secret's file that was written anew counts with the next use."""
    file = tmp_path / "token"
    file.write_text("old\n")
    (found,) = build(tmp_path, channel("c", "1", "{file='token'}", "a"))
    assert found.settings().token == "old"
    file.write_text("new\n")
    os.utime(file, ns=(5, 5))
    assert found.settings().token == "new"


def test_a_secret_that_went_away_is_kept_and_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half-done rotation stops no traffic: the last good settings stay and the log says why."""
    monkeypatch.setenv("TOKEN", "old")
    (found,) = build(tmp_path, channel("c", "1", "{env='TOKEN'}", "a"))
    monkeypatch.delenv("TOKEN")
    with capture_logs() as lines:
        assert found.settings().token == "old"
        assert found.settings().token == "old"
    assert [line["event"] for line in lines] == ["channel.settings_kept"]
    monkeypatch.setenv("TOKEN", "new")
    assert found.settings().token == "new"


def test_secrets_are_never_said(tmp_path: Path) -> None:
    """Neither a printed channel nor an error about one holds a secret, even if the provider's check does."""
    channels = build(tmp_path, channel("c", "1", "'hunter2'", "a"))
    assert "hunter2" not in repr(channels) + repr(list(channels)) + str(channels.get("a", "c"))
    with pytest.raises(SettingsError) as caught:
        build(tmp_path, channel("c", "1", "'hunter2', base='weak'", "a"))
    assert "hunter2" not in str(caught.value)
    assert "too weak" in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    """refresh_from_file takes an edit once, and does nothing when there was none."""
    channels = build(tmp_path, channel("c", "1", "'old'", "a"))
    assert channels.refresh_from_file() is False
    write(tmp_path, channel("c", "1", "'newer'", "a"), channel("d", "2", "'t'"))
    assert channels.refresh_from_file() is True
    assert channels.refresh_from_file() is False
    assert [each.settings().token for each in channels] == ["newer", "t"]


def test_a_broken_edit_changes_nothing(tmp_path: Path) -> None:
    """A file that cannot be used is logged without its secrets, and the old channels stay; of one in which a
    channel cannot work, that channel does."""
    channels = build(tmp_path, channel("c", "1", "'old'", "a"))
    before = list(channels)
    write(tmp_path, "[[tenants")
    with capture_logs() as lines:
        assert channels.refresh_from_file() is False
    assert [line["event"] for line in lines] == ["settings.reload_refused"]
    assert list(channels) == before
    write(tmp_path, channel("c", "1", "''", "a") + channel("d", "2", "'t'"))
    with capture_logs() as lines:
        assert channels.refresh_from_file() is True
    assert [line["event"] for line in lines] == ["channel.refused", "settings.reloaded"]
    assert {each.id: each.settings().token for each in channels} == {"c": "old", "d": "t"}
    channels = build(tmp_path, channel("c", "1", "'old'", "a"))
    before = list(channels)
    (tmp_path / "gateway.toml").unlink()
    assert channels.refresh_from_file() is False
    assert list(channels) == before


class Entry:
    """An entry point as importlib.metadata would give it."""

    def __init__(self, name: str, target: Any, dist: str = "some-package") -> None:
        self.name, self._target = name, target
        self.dist = type("Dist", (), {"name": dist})()

    def load(self) -> Any:
        if isinstance(self._target, BaseException):
            raise self._target
        return self._target


def install(monkeypatch: pytest.MonkeyPatch, *entries: Entry) -> None:
    monkeypatch.setattr(
        metadata, "entry_points", lambda group: entries if group == "gateway.providers" else ()
    )


def test_providers_come_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed provider is found under the name of its entry point."""
    install(monkeypatch, Entry("fake", PROVIDERS["fake"]))
    assert load_providers() == PROVIDERS
    assert load_providers("another.group") == {}


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([Entry("fake", ImportError("no module named spam"))], "ImportError: no module named spam"),
        ([Entry("fake", SystemExit(3))], "SystemExit"),
        ([Entry("fake", FakeProvider)], "is a class"),
        ([Entry("fake", object())], "has no Settings"),
        ([Entry("other", FakeProvider())], "calls itself 'fake'"),
        (
            [Entry("fake", FakeProvider(), "one"), Entry("fake", FakeProvider())],
            "one has a provider of this name",
        ),
    ],
)
def test_a_broken_provider_is_named(monkeypatch: pytest.MonkeyPatch, entries: list[Entry], says: str) -> None:
    """The error names the distribution, the cause and the remedy."""
    install(monkeypatch, *entries)
    with pytest.raises(SettingsError, match="some-package") as caught:
        load_providers()
    assert says in str(caught.value)
    assert caught.value.remedy
