"""The smallest plugin."""

from __future__ import annotations

import pytest

from gateway.model import inbound, outbound


@pytest.mark.parametrize("text", ["hello", "¿qué tal? 🥭", ""])
async def test_it_says_what_it_is_told(load, text: str) -> None:
    """The text comes back as it was, and the message is left to other plugins too."""
    sent, result = await load("examples/echo.py", "echo").brings(inbound.Text(text))
    assert sent == [outbound.Text(text)]
    assert result is None


async def test_a_message_without_text_does_not_hurt_it(load) -> None:
    """A location has no words; saying nothing is allowed."""
    sent, _ = await load("examples/echo.py", "echo").brings(inbound.Location(1.0, 2.0))
    assert sent == [outbound.Text("")]
