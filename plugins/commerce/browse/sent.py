"""What a cart of WhatsApp's own says, held against what the shop has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from gateway import Chat, fields, inbound
from plugins.commerce.cart import acts
from plugins.commerce.cart.acts import Changed
from plugins.commerce.cart.words import told
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Item
from plugins.commerce.common.money import LARGEST
from plugins.commerce.common.texts import clip

#: Lines of one cart that are looked at, and the longest id of a catalogue that is read.
MOST, LONGEST = 100, 100
#: Sentences about differences that one message has.
TOLD = 20


class Line(Struct, frozen=True):
    """*qty* of the thing *id* of Meta's catalogue, for *price* minor units as the phone had it; -1 where it
    had none in the shop's currency, *currency* is then the other one, if there was one."""

    id: str
    qty: int
    price: int = -1
    currency: str = ""


def lines_of(sent: inbound.Order, currency: str) -> list[Line]:
    """The lines of *sent*; of one thing one line."""
    found: dict[str, Line] = {}
    for item in sent.items[:MOST]:
        id = item.sku.strip()[:LONGEST]
        before = found.get(id)
        qty = item.quantity + (before.qty if before else 0)
        ours = item.currency in ("", currency)
        price = _minor(item.price, currency) if ours else -1
        found[id] = Line(id, qty, price, "" if ours else clip(item.currency, 10))
    return list(found.values())


def _minor(price: str, currency: str) -> int:
    """The minor units of a phone's price, -1 for what is none."""
    try:
        amount = Decimal(price.strip()) if len(price) < 40 else Decimal("NaN")
        minor = fields.Amount.of(amount, currency).minor if amount.is_finite() else -1
    except (InvalidOperation, ValueError):
        return -1
    return minor if 0 <= minor <= LARGEST else -1


async def put_in(chat: Chat, lines: Sequence[Line]) -> list[str]:
    """Put *lines* into the contact's cart; a sentence for each difference."""
    known = await read.by_retailer(chat.db, chat.language, [line.id for line in lines if line.id])
    wanted = {item.variant: line.qty for line in lines if line.qty > 0 and (item := known.get(line.id))}
    done = await acts.add_all(chat, wanted) if wanted else {}
    news = [_said(chat, line, known.get(line.id), done) for line in lines]
    news = [each for each in news if each]
    other = next((line.currency for line in lines if line.currency), "")
    if other:
        ours = chat.settings.currency
        news.insert(
            0, chat.t("We sell in {ours}, not in {other}: our own prices count.", ours=ours, other=other)
        )
    rest = len(news) - TOLD
    if rest > 0:
        news[TOLD:] = [chat.n("… and {n} more.", "… and {n} more.", rest)]
    return [f"• {each}" for each in news]


def _said(chat: Chat, line: Line, item: Item | None, done: Mapping[str, Changed]) -> str:
    """What is not as *line* says; "" for nothing."""
    if item is None:
        return chat.t("We have nothing with the number {id}.", id=clip(line.id, 40) or "?")
    name = clip(item.full_name, 80)
    if line.qty < 1:
        return chat.t("{name} came without a number, so we left it out.", name=name)
    if sentence := told(chat, item, done[item.variant]):
        return sentence
    if line.price in (-1, item.price):
        return ""
    money = chat.words.money
    return chat.t(
        "{name} costs {now} now, your phone had {was}.",
        name=name,
        now=money(item.price, item.currency),
        was=money(line.price, item.currency),
    )
