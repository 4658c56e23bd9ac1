"""What taps of this part do. Those of last month work on what there is today."""

from __future__ import annotations

from collections.abc import Mapping

from gateway import Chat, Handled, Message
from plugins.commerce.browse import back, card, found, native, qty, shop
from plugins.commerce.browse.help import how_to_search, show_help
from plugins.commerce.browse.home import show_home
from plugins.commerce.browse.sight import understood
from plugins.commerce.common.offer import OnTap
from plugins.commerce.common.taps import Tap


async def _home(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await show_home(chat)


async def _help(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await show_help(chat)


async def _search(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await how_to_search(chat)


async def _shop(message: Message, chat: Chat, tapped: Tap) -> Handled:
    await understood(chat)
    return await shop.show_shop(chat, tapped.number(0, 1))


async def _picks(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await shop.show_picks(chat)


async def _category(message: Message, chat: Chat, tapped: Tap) -> Handled:
    await understood(chat)
    return await shop.show_category(chat, tapped.word(0), tapped.number(1, 1))


async def _card(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await card.show_card(chat, tapped.word(0))


async def _kind(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await card.show_kind(chat, tapped.word(0))


async def _pick(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await card.show_kinds(chat, tapped.word(0), tapped.number(1, 1))


async def _more(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await card.show_more(chat, tapped.word(0), tapped.word(1))


async def _like(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await card.show_similar(chat, tapped.word(0))


async def _qty(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await qty.ask(chat, tapped.word(0), other=tapped.word(1) == "other")


async def _find(message: Message, chat: Chat, tapped: Tap) -> Handled:
    words = found.read_again(tapped.word(0))
    return await found.show_found(chat, words, tapped.number(1, 1)) if words else await how_to_search(chat)


async def _wait(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await back.wait(chat, tapped.word(0))


async def _unwait(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await back.unwait(chat, tapped.word(0))


async def _sent(message: Message, chat: Chat, tapped: Tap) -> Handled:
    return await native.decide(chat, tapped.word(0), tapped.word(1))


TAPS: Mapping[str, OnTap] = {
    "home": _home,
    "help": _help,
    "search": _search,
    "shop": _shop,
    "picks": _picks,
    "cat": _category,
    "card": _card,
    "kind": _kind,
    "pick": _pick,
    "more": _more,
    "like": _like,
    "qty": _qty,
    "find": _find,
    "wait": _wait,
    "unwait": _unwait,
    "sent": _sent,
}
