"""What the checkout knows before it asks: the cart, who orders, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from gateway import Chat, Db, queries
from plugins.commerce.cart.cart import Cart, open_cart
from plugins.commerce.cart.quote import Quote, quote
from plugins.commerce.checkout.draft import Draft, Known, Pay, Placed, Way, Where
from plugins.commerce.checkout.payment import pays_of
from plugins.commerce.checkout.ways import NONE, way_of, ways_of
from plugins.commerce.common.ids import micros
from plugins.commerce.owner import funnel

SQL = queries(Path(__file__).with_name("checkout.sql"))


async def look(chat: Chat) -> Known:
    """All that is known of who writes, and of their cart; in a flow it stands in a step."""
    await funnel.reached(chat, "checkout")
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        return Known()
    return await seen(chat, cart)


async def seen(chat: Chat, cart: Cart) -> Known:
    """The same of *cart*, which is the contact's."""
    found = await quote(chat.db, chat.settings, cart, now=micros(chat.now))
    home, words = chat.tenant.language, chat.words
    row = await chat.db.one(SQL["customer"], contact=cart.contact)
    draft = await kept(chat.db, cart.id)
    name, email, phone, last = (row[n] for n in range(4)) if row is not None else ("", "", "", "")
    goods = any(line.item.needs_delivery for line in cart.lines)
    nothing = way_of(chat.settings, words, home, NONE)
    return Known(
        cart=cart.id,
        returning=bool((draft.name or name) and (draft.phone or phone)),
        name=draft.name or name,
        email=email if draft.email is None else draft.email,
        phone=draft.phone or phone,
        last=draft.how or last,
        draft=draft,
        profile=chat.contact.name,
        own_phone=chat.contact.phone,
        country=chat.tenant.country,
        goods=goods,
        ways=ways_of(chat.settings, words, home) if goods or nothing is None else [nothing],
        pays=pays_of(chat.settings, words, home, collected(chat, found.bill.total)),
        addresses=await addresses(chat.db, cart.contact),
    )


async def kept(db: Db, cart: str) -> Draft:
    """What was answered for *cart* (an id) before."""
    try:
        return msgspec.json.decode(await db.value(SQL["draft"], cart=cart) or "{}", type=Draft)
    except msgspec.ValidationError:  # of a version before
        return Draft()


async def keep(chat: Chat, draft: Draft) -> None:
    """Remember what was answered until it is ordered: for the page, and for who goes on another day."""
    written = msgspec.json.encode(draft).decode()
    await chat.db.run(SQL["keep_draft"], cart=draft.cart, contact=chat.contact.id, draft=written)


def collected(chat: Chat, total: int) -> Sequence[Any]:
    """What the tenant's plugins say of how *total* (minor units) can be paid."""
    question = {
        "currency": chat.settings.currency,
        "total": total,
        "country": chat.tenant.country,
        "language": chat.language,
    }
    return chat.collect("payment_methods", question)


async def addresses(db: Db, contact: str) -> Sequence[Where]:
    """The last five addresses of *contact*, the newest first."""
    names = Where.__struct_fields__
    rows = await db.all(SQL["addresses"], contact=contact)
    return [Where(**{name: row[name] for name in names}) for row in rows]


async def placed_from(db: Db, cart: str, contact: str) -> Placed | None:
    """The order that *contact* placed from *cart* before, if there is one."""
    row = await db.one(SQL["placed_from"], cart=cart, contact=contact)
    if row is None:
        return None
    return Placed("", row["id"], row["number"], row["total"], row["currency"], row["payment"], again=True)


def chosen(chat: Chat, draft: Draft) -> Way | None:
    """The way that *draft* names as the shop has it now."""
    return way_of(chat.settings, chat.words, chat.tenant.language, draft.way)


async def bill(chat: Chat, cart: Cart, draft: Draft, way: Way) -> Quote:
    """What *cart* costs when it comes by *way*."""
    return await quote(
        chat.db, chat.settings, cart, now=micros(chat.now), delivery=way.id, fee=way.fee,
        free_over=way.free_over, phone=draft.phone,
    )  # fmt: skip


def pay_of(pays: Sequence[Pay], id: str) -> Pay | None:
    """The one with this id."""
    return next((pay for pay in pays if pay.id == id), None)
