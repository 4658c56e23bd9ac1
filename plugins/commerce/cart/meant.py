"""What somebody means who writes ADD and something: a SKU, a name, or nearly one of them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Chat
from plugins.commerce.cart.quantity import Quantity, Reading, number_of, readings
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import by_sku, variants
from plugins.commerce.search.find import near_skus, search
from plugins.commerce.search.words import fold, stem, words_of

#: How many are offered where it is not clear what is meant.
OFFERED = 8


class Meant(Struct, frozen=True):
    """What was meant: one *item*; or one of *kinds* (variants of one product); or perhaps one of *near*; or
    nothing that there is. *what* are the words for it, *quantity* how many were written, if any."""

    what: str
    quantity: Quantity | None = None
    item: Item | None = None
    kinds: Sequence[Item] = ()
    near: Sequence[Item] = ()


async def meant(chat: Chat, text: str) -> Meant:
    """What *text* behind ADD means: "MNG-EA 2", "2 mangos", "mango big x2"."""
    ways = list(readings(text, number_of(chat)))
    by_sku = await _by_sku(chat, ways) or await _by_sku(chat, _with_a_word_too_many(text))
    if by_sku is not None:
        return by_sku
    # As a name: without the quantity, where one was found.
    way = ways[1] if len(ways) > 1 else ways[0]
    return await _by_name(chat, way) or await _nearly(chat, way)


async def _by_sku(chat: Chat, ways: Sequence[Reading]) -> Meant | None:
    for way in ways:
        if way.what and (item := await by_sku(chat.db, chat.language, way.what)):
            return Meant(way.what, way.quantity, item)
    return None


def _with_a_word_too_many(text: str) -> list[Reading]:
    """ "MNG-EA lots" and "lots MNG-EA": what looks like a SKU, with a word that is no quantity."""
    words = text[:200].split()
    if not 2 <= len(words) <= 3:
        return []
    ways = [(words[0], " ".join(words[1:])), (words[-1], " ".join(words[:-1]))]
    return [Reading(sku, Quantity(0, rest)) for sku, rest in ways if _like_a_sku(sku)]


def _like_a_sku(word: str) -> bool:
    return any(sign.isdigit() or sign in "-_./" for sign in word)


async def _by_name(chat: Chat, way: Reading) -> Meant | None:
    if not way.what:
        return None
    found = await search(chat.db, chat.language, way.what, currency=chat.settings.currency, limit=OFFERED)
    if not found.items:
        return None
    named = [item for item in found.items if _same(item.name, way.what)]
    sure = not found.instead and not found.partly and not found.more and len(found.items) == 1
    if len(named) != 1 and not sure:
        return Meant(way.what, way.quantity, near=await _near(chat, way.what, found.items))
    item = named[0] if len(named) == 1 else found.items[0]
    if item.siblings < 2:
        return Meant(way.what, way.quantity, item)
    kinds = await variants(chat.db, chat.language, item.product)
    fitting = [kind for kind in kinds if kind.title and set(words_of(kind.title)) <= set(words_of(way.what))]
    if len(fitting) == 1:
        return Meant(way.what, way.quantity, fitting[0])
    return Meant(way.what, way.quantity, kinds=kinds)


async def _nearly(chat: Chat, way: Reading) -> Meant:
    return Meant(way.what, way.quantity, near=await _near(chat, way.what, ()))


async def _near(chat: Chat, what: str, found: Sequence[Item]) -> Sequence[Item]:
    """What may be meant: SKUs that are nearly *what*, when it looks like one or nothing was *found*, then
    what was found."""
    skus: Sequence[Item] = ()
    if " " not in what.strip() and (_like_a_sku(what) or not found):
        skus = await near_skus(chat.db, chat.language, what)
    known = {item.variant: item for item in (*skus, *found)}
    return list(known.values())[:OFFERED]


def _same(name: str, what: str) -> bool:
    return fold(name) == fold(what) or _stems(name) == _stems(what)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words_of(text)]
