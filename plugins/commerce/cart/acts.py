"""What can be done with a cart. Each act is safe to race: two of a contact's channels may act at once.

Every act takes the cart's row first, for the rest of the turn. Whoever comes meanwhile waits there, and
then sees what is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from gateway import Chat
from plugins.commerce.cart.cart import SQL
from plugins.commerce.cart.fit import fit
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items
from plugins.commerce.common.ids import micros, new_id
from plugins.commerce.owner import funnel

#: Characters of a note, and the largest quantity that is worth reckoning with: a tap carries it.
LONGEST_NOTE, LARGEST = 500, 10**9 - 1


class Changed(Struct, frozen=True):
    """What became of an act: *qty* is how many of it are in the cart now. *why* is "" when all was done as
    asked; `gone` (not for sale any more), `sold_out`, `short` (fewer than asked: *qty* of them), `most`
    (the most that one order may have), `least` (fewer than sold at once, or no multiple of the step:
    rounded to *qty*), `full` (too many lines)."""

    qty: int
    why: Literal["", "gone", "sold_out", "short", "most", "least", "full"] = ""


class Taken(Struct, frozen=True):
    """The open cart, whose row is ours until the turn ends."""

    id: str
    version: int
    note: str
    code: str


async def add(chat: Chat, variant: str, qty: int = 1) -> Changed:
    """Put *qty* more of *variant* into the contact's cart, which is opened when there is none."""
    return (await add_all(chat, {variant: qty}))[variant]


async def add_all(chat: Chat, wanted: Mapping[str, int]) -> dict[str, Changed]:
    """Put so many more of each variant of *wanted* into the cart, in this order; what became of each."""
    async with chat.db.begin():
        done = await _change(chat, {variant: max(1, qty) for variant, qty in wanted.items()}, more=True)
        if any(changed.qty for changed in done.values()):
            await funnel.reached(chat, "cart")
        return done


async def put(chat: Chat, variant: str, qty: int) -> Changed:
    """Have *qty* of *variant* in the cart; 0 takes it out."""
    async with chat.db.begin():
        if qty > 0:
            return (await _change(chat, {variant: qty}, more=False))[variant]
        cart = await take(chat)
        if await chat.db.run(SQL["take_out"], cart=cart.id, variant=variant):
            await chat.db.run(SQL["changed"], cart=cart.id)
        return Changed(0)


async def clear(chat: Chat) -> bool:
    """Take everything out, the note and the discount code too; False when nothing was in it."""
    async with chat.db.begin():
        cart = await take(chat)
        taken_out = await chat.db.run(SQL["clear"], cart=cart.id)
        await chat.db.run(SQL["note"], cart=cart.id, note="")
        await chat.db.run(SQL["code"], cart=cart.id, code="")
        await chat.db.run(SQL["changed"], cart=cart.id)
        return taken_out > 0


async def note(chat: Chat, text: str) -> None:
    """Keep a note (at most 500 characters) with the cart; "" takes it away."""
    async with chat.db.begin():
        cart = await take(chat)
        await chat.db.run(SQL["note"], cart=cart.id, note=text.strip()[:LONGEST_NOTE])
        await chat.db.run(SQL["changed"], cart=cart.id)


async def use_code(chat: Chat, code: str) -> None:
    """Have the discount code *code* (as it is kept) in the cart; "" takes it out. Whether it counts is said
    by each `commerce.cart.quote.quote`."""
    async with chat.db.begin():
        cart = await take(chat)
        if cart.code != code:
            await chat.db.run(SQL["code"], cart=cart.id, code=code)
            await chat.db.run(SQL["changed"], cart=cart.id)


async def is_still(chat: Chat, cart: str, version: int) -> bool:
    """Whether the contact's open cart is *cart* in *version*; from here on nobody changes it before this
    turn has ended."""
    async with chat.db.begin():
        row = await _lock(chat)
        return row is not None and row.id == cart and row.version == version


async def take(chat: Chat) -> Taken:
    """The contact's open cart, a new one when there is none. It is touched: it was not forgotten."""
    for _ in range(5):
        row = await _lock(chat)
        if row is not None:
            return row
        # Another turn may open it at this moment: then this one waits for it, and inserts nothing.
        await chat.db.run(SQL["begin"], id=new_id(chat.now), **_where(chat))
    raise RuntimeError("a cart is ordered as often as it is opened")


async def _lock(chat: Chat) -> Taken | None:
    row = await chat.db.one(SQL["lock"], **_where(chat))
    return None if row is None else Taken(row["id"], row["version"], row["note"], row["code"])


def _where(chat: Chat) -> dict[str, object]:
    return {
        "contact": chat.contact.id,
        "conversation": chat.conversation.id,
        "currency": chat.settings.currency,
        "now": micros(chat.now),
    }


async def _change(chat: Chat, wanted: Mapping[str, int], *, more: bool) -> dict[str, Changed]:
    """Have so many of each variant of *wanted* in the cart, or so many *more*."""
    cart = await take(chat)
    rows = await chat.db.all(SQL["lines"], cart=cart.id)
    have = {row["variant"]: row["qty"] for row in rows}
    known = await items(chat.db, chat.language, list(wanted))
    # Lines stay in the order in which they came, also those of one message.
    at = max([micros(chat.now) - 1, *(row["added_at"] for row in rows)])
    done, kept = dict[str, Changed](), []
    for variant, qty in wanted.items():
        before, item = have.get(variant, 0), known.get(variant)
        done[variant] = changed = _changed(chat, item, before, min(qty, LARGEST) + before * more, len(have))
        if item is not None and changed.qty != before:
            at += 1
            have[variant] = changed.qty
            kept.append({"variant": variant, "qty": changed.qty, "price": item.price, "now": at})
    if kept:
        # The price that was seen stays that of a line which is there: the cart tells of the change.
        await chat.db.many(SQL["put"], [{"cart": cart.id, **each} for each in kept])
        await chat.db.run(SQL["changed"], cart=cart.id)
    return done


def _changed(chat: Chat, item: Item | None, have: int, qty: int, lines: int) -> Changed:
    """What becomes of *item*, of which a cart of so many *lines* has so many, when there are to be *qty*."""
    if item is None:
        return Changed(have, "gone")
    if not have and lines >= chat.settings.max_lines:
        return Changed(0, "full")
    found = fit(item, qty, chat.settings)
    return Changed(found.qty or have, found.why)
