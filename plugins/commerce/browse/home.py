"""The shop's home: what can be done here, and what waits for this contact."""

from __future__ import annotations

from gateway import Chat, Handled, Row
from plugins.commerce.browse.lists import paragraphs, row, send_list
from plugins.commerce.browse.sight import SQL
from plugins.commerce.cart.cart import open_cart
from plugins.commerce.common import texts
from plugins.commerce.common.taps import tap
from plugins.commerce.orders.order import of_contact

#: Rows of what was put aside that find room.
ASIDE = 3


async def show_home(chat: Chat, lead: str = "") -> Handled:
    """Send the shop's home: what can be done here."""
    text = paragraphs(lead or await _greeting(chat), chat.t("What would you like to do?"))
    rows = [
        *_aside(chat),
        *await _open_order(chat),
        row(tap("shop", 1), chat.t("Shop"), chat.t("Look at what we have")),
        row(tap("search"), chat.t("Search"), chat.t("Find something by its name or price")),
        *await _cart(chat),
        row(tap("orders", 1), chat.t("My orders"), chat.t("What you ordered, and where it is")),
        *_language(chat),
        row(tap("help"), chat.t("Help"), chat.t("All that you can write")),
    ]
    return await send_list(chat, text, rows, header=texts.said(chat.settings.name, chat))


async def is_new(chat: Chat) -> bool:
    """Whether the contact has never been in the shop."""
    return await chat.db.one(SQL["before"], contact=chat.contact.id) is None


async def _greeting(chat: Chat) -> str:
    if not await is_new(chat):
        called = called_by(chat.contact.name)
        return chat.t("Welcome back, {name}!", name=called) if called else chat.t("Welcome back!")
    shop = texts.clip(texts.said(chat.settings.name, chat), texts.HEADER)
    return texts.said(chat.settings.greeting, chat) or (
        chat.t("Welcome to {shop}!", shop=shop) if shop else chat.t("Welcome!")
    )


def called_by(name: str) -> str:
    """How somebody with this profile name is addressed: "Amina" of "Amina Odhiambo"; "" for what is no
    name."""
    first = name.split()[0] if name.split() else ""
    return texts.clip(first, 30) if any(sign.isalpha() for sign in first) else ""


def _aside(chat: Chat) -> list[Row]:
    title = chat.t("Go on")
    return [
        row(each.reply_id, chat.t("Go on: {what}", what=each.title) if each.title else title, each.title)
        for each in chat.parked[:ASIDE]
    ]


async def _open_order(chat: Chat) -> list[Row]:
    orders, _ = await of_contact(chat.db, chat.contact.id, limit=1)
    return [
        row(
            tap("order", each.id),
            chat.t("Order {number}", number=each.number),
            chat.words.money(each.total, each.currency),
        )
        for each in orders
        if each.state in ("placed", "accepted")
    ]


async def _cart(chat: Chat) -> list[Row]:
    cart = await open_cart(chat.db, chat.language, chat.contact.id)
    if cart is None:
        return [row(tap("cart"), chat.t("Cart"), chat.t("It is empty"))]
    count = chat.words.number(cart.count)
    return [row(tap("cart"), chat.t("Cart ({count})", count=count), chat.t("See it, change it, order it"))]


def _language(chat: Chat) -> list[Row]:
    """A row for LANGUAGE, where the tenant has it and several are spoken."""
    if len(chat.words.languages) < 2:
        return []
    return [
        row(each.reply_id, each.words.capitalize(), each.help)
        for each in chat.commands
        if each.name == "language"
    ][:1]
