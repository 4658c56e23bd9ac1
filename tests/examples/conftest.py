"""Runs one hook of a plugin file against a desk that keeps what was sent."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gateway.chat import Chat
from gateway.facts import Sent
from gateway.message import Message
from gateway.model import inbound
from gateway.model.event import MessageReceived, Person
from gateway.model.outbound import Outbound

ROOT = Path(__file__).parents[2]


class Desk:
    """What a chat needs, without a gateway."""

    reply_target = "wamid"

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.settings: dict[str, Any] = {}

    async def send(self, message: Outbound, at: datetime | None = None, purpose: str = "") -> Sent:
        """Keep *message*."""
        self.sent.append(message)
        return Sent("id", 1)

    def mark_read(self, message_id: str, *, typing: bool) -> bool:
        """Nobody looks."""
        return False


class Visitor:
    """A contact of one plugin."""

    def __init__(self, module: ModuleType, hook: str) -> None:
        self._hook: Any = getattr(module, hook)

    async def brings(self, content: inbound.Inbound) -> tuple[list[Outbound], object]:
        """What the plugin sends for *content*, and what its hook returns."""
        desk = Desk()
        message = Message("id", MessageReceived("number", "wamid", Person(), content, 0))
        result = await self._hook(message, Chat(desk))  # type: ignore[arg-type]
        return desk.sent, result


@pytest.fixture
def load():
    """Makes a visitor of the plugin in a file."""

    def load_plugin(path: str, hook: str) -> Visitor:
        spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return Visitor(module, hook)

    return load_plugin
