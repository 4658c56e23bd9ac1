"""Taps on what another screen showed: a card, or a button of last month."""

from __future__ import annotations

from gateway.testing import Contact
from plugins.commerce.common.taps import tap


async def press(who: Contact, verb: str, *words: object) -> None:
    """Tap a button with this id, wherever it stood."""
    await who.sends("button_reply", id=tap(verb, *words), title="there")
