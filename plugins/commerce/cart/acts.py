"""What can be done with a cart. Each act is safe to race: two of a contact's channels may act at once."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway import Chat


class Changed(Struct, frozen=True):
    """What became of an act: *qty* is how many of it are in the cart now. *why* is "" when all was done as
    asked; `gone` (not for sale any more), `sold_out`, `short` (fewer than asked: *qty* of them), `most`
    (the most that one order may have), `least` (fewer than sold at once, or no multiple of the step:
    rounded to *qty*), `full` (too many lines)."""

    qty: int
    why: Literal["", "gone", "sold_out", "short", "most", "least", "full"] = ""


async def add(chat: Chat, variant: str, qty: int = 1) -> Changed:
    """Put *qty* more of *variant* into the contact's cart, which is opened when there is none."""
    raise NotImplementedError


async def put(chat: Chat, variant: str, qty: int) -> Changed:
    """Have *qty* of *variant* in the cart; 0 takes it out."""
    raise NotImplementedError


async def clear(chat: Chat) -> bool:
    """Take everything out; False when nothing was in it."""
    raise NotImplementedError


async def note(chat: Chat, text: str) -> None:
    """Keep a note (at most 500 characters) with the cart; "" takes it away."""
    raise NotImplementedError
