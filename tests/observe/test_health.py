"""Liveness and readiness."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.observe import Health, disk_probe, folder_probe, health


async def well() -> None:
    """A probe of something that works."""


async def ill() -> None:
    raise ConnectionError("postgresql://app:hunter2@db is away")


async def stuck() -> None:
    await asyncio.Event().wait()


def test_live_while_the_loop_turns() -> None:
    """Alive until the loop has stood still for two seconds, whatever the probes say."""
    idle = 0.1
    state = Health(lambda: idle, {"store": ill})
    assert state.live() == (True, {"status": "ok", "loop_idle_seconds": 0.1})
    idle = 2.0
    assert state.live() == (False, {"status": "stuck", "loop_idle_seconds": 2.0})


async def test_ready_when_every_probe_is_well() -> None:
    """Ready means that each probe was asked and none complained."""
    state = Health(lambda: 0.0, {"store": well, "spool": well})
    assert await state.ready() == (True, {"status": "ok", "checks": {"store": "ok", "spool": "ok"}})


async def test_one_ill_probe_is_named_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing or hanging probe makes us not ready and shows as its error's type only."""
    monkeypatch.setattr(health, "PROBE_TIMEOUT", 0.01)
    state = Health(lambda: 0.0, {"store": ill, "spool": well, "disk": stuck})
    ok, body = await state.ready()
    assert not ok
    assert body == {
        "status": "not ready",
        "checks": {"store": "ConnectionError", "spool": "ok", "disk": "TimeoutError"},
    }


async def test_not_ready_while_draining() -> None:
    """A process on its way out takes no more, though it still lives."""
    state = Health(lambda: 0.0, {"store": well})
    state.draining = True
    assert await state.ready() == (False, {"status": "draining", "checks": {}})
    assert state.live()[0]


async def test_disk_and_folder_probes(tmp_path: Path) -> None:
    """A full disk, a missing folder and a folder that cannot be written to are noticed."""
    await disk_probe(tmp_path, least=0.0)()
    with pytest.raises(OSError, match="nearly full"):
        await disk_probe(tmp_path, least=1.1)()
    await folder_probe(tmp_path)()
    with pytest.raises(PermissionError):
        await folder_probe(tmp_path / "missing")()
