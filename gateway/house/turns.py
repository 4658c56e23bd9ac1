"""The turn behind a chat of the house's: where it leaves what plugins have no words for, such as consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.chat import Chat, desk_of

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn


def turn_of(chat: Chat) -> Turn:
    """The turn; its `effects` are committed with it. Of a chat of a claimed call, not of a flow's."""
    from gateway.pipeline.turn import Turn

    desk = desk_of(chat)
    assert isinstance(desk, Turn)
    return desk
