"""Files of a tenant in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.clock import ManualClock, SystemClock
from gateway.media.files import Files
from gateway.settings import MediaSettings, Server, Settings
from gateway.store.port import Store

SECRET = "s" * 40


@pytest.fixture
def clock() -> ManualClock:
    """Time that the test moves."""
    return ManualClock(SystemClock().now())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Files are kept in a folder, and the gateway has a public address."""
    server = Server(spool=tmp_path / "spool", secret=(SECRET,), public_url="https://gw.example.com")
    media = MediaSettings(store=str(tmp_path / "media"), max_size=1_000_000)
    return Settings(tmp_path / "gateway.toml", server=server, media=media)


@pytest.fixture
def files(settings: Settings, store: Store, clock: ManualClock) -> Files:
    """The files, once on each database."""
    return Files(settings, store, clock)


@pytest.fixture
def blobs(tmp_path: Path) -> Callable[[], list[str]]:
    """What is in the folder where files are kept."""

    def look() -> list[str]:
        folder = tmp_path / "media"
        return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())

    return look
