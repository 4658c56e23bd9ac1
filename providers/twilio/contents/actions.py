"""What can be tapped in a message or a card: reply buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.model import outbound
from gateway.model.checks import needed
from providers.twilio.contents.blanks import Blanks
from providers.twilio.limits import LIMITS

Body = dict[str, Any]


def replies(field: str, given: Sequence[outbound.Button], blanks: Blanks) -> list[Body]:
    """The actions for reply buttons."""
    made = []
    for index, button in enumerate(given):
        here = f"{field}[{index}]"
        title = blanks.line(needed(f"{here}.title", button.title, LIMITS.button_title), "Choice")
        id = blanks.id(f"{here}.id", needed(f"{here}.id", button.id, LIMITS.button_id))
        made.append({"type": "QUICK_REPLY", "title": title, "id": id})
    return made
