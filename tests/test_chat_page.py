"""docs/chat.md: everything that a chat and a message have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway import Chat, Message

PAGE = (Path(__file__).parent.parent / "docs" / "chat.md").read_text()


@pytest.mark.parametrize("told", [Chat, Message])
def test_every_member_is_named(told: type) -> None:
    """As code, in a table or a sentence."""
    _, chat, message = re.split(r"^#+ What a .*$", PAGE, flags=re.MULTILINE)
    code = " ".join(re.findall(r"`([^`\n]+)`", chat if told is Chat else message))
    members = {name for name in dir(told) if not name.startswith("_")} - {"received"}
    assert members <= set(re.findall(r"\w+", code))
