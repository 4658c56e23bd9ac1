"""How far customers come: each contact counts once a day at each stage."""

from __future__ import annotations

from typing import Literal

from gateway import Chat

Stage = Literal["browse", "cart", "checkout", "order"]


async def reached(chat: Chat, stage: Stage) -> None:
    """The contact has come to *stage* today (in a flow: in a step)."""
    return
