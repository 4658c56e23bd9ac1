"""Answers to searches: what was found, and what to do when nothing was."""

from __future__ import annotations

import base64
import binascii
import difflib
from collections.abc import Sequence

from gateway import Button, Buttons, Chat, Handled
from plugins.commerce.browse.card import show_card, show_kind
from plugins.commerce.browse.examples import how
from plugins.commerce.browse.home import is_new, show_home
from plugins.commerce.browse.lists import (
    ALONE,
    PAGE,
    Window,
    in_full,
    item_row,
    paragraphs,
    row,
    send_list,
    turning,
)
from plugins.commerce.browse.sight import missed, understood
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Category
from plugins.commerce.catalogue.sku import sku_key
from plugins.commerce.common import texts
from plugins.commerce.common.ids import micros
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip
from plugins.commerce.search.find import Found, near_skus, note_missed, search
from plugins.commerce.search.words import fold

#: Bytes of a search: with more its next page could not be asked for by a tap. And the last page of one.
LONGEST, PAGES = 105, 50


async def show_found(chat: Chat, text: str, page: int = 1, *, asked: bool = False) -> Handled:
    """Send what *text* finds; of what finds nothing take note, and help. Who comes for the first time with
    words that find nothing is welcomed, unless they *asked* for a search."""
    words = searched(text)
    page = min(max(page, 1), PAGES)
    found = await search(
        chat.db,
        chat.language,
        words,
        currency=chat.settings.currency,
        offset=(page - 1) * PAGE,
        limit=ALONE,
    )
    if not found.items:
        return await show_found(chat, text) if page > 1 else await _nothing(chat, words, asked)
    await understood(chat)
    first = found.items[0]
    if page == 1 and sku_key(first.sku) == sku_key(words):
        return await show_kind(chat, first.variant)
    lead = _understood_as(chat, found)
    if page == 1 and len(found.items) == 1 and not found.more:
        return await show_card(chat, first.product, lead)
    return await _listed(chat, words, page, found, lead)


async def _listed(chat: Chat, words: str, page: int, found: Found, lead: str) -> Handled:
    more = found.more or (page > 1 and len(found.items) > PAGE)
    items = found.items[:PAGE] if more or page > 1 else found.items
    shown = Window(0, page, page + 1 if more else page, (page - 1) * PAGE, len(items))
    title = chat.t("This is what we have for “{words}”:", words=words)
    if page > 1:
        number = chat.words.number
        title = chat.t(
            "More for “{words}”, {first} to {last}:",
            words=words,
            first=number(shown.offset + 1),
            last=number(shown.offset + shown.count),
        )
    text = paragraphs(lead, title, in_full([item.name for item in items]))
    rows = [item_row(chat, item) for item in items]
    return await send_list(
        chat, text, [*rows, *turning(chat, shown, lambda n: tap("find", written(words), n))]
    )


def _understood_as(chat: Chat, found: Found) -> str:
    taken = [
        chat.t("I took “{written}” for “{meant}”.", written=clip(each, 40), meant=clip(meant, 40))
        for each, meant in found.instead.items()
    ]
    if found.partly:
        taken.append(chat.t("Nothing has all of these words. These come near."))
    return "\n".join(taken[-3:])


async def _nothing(chat: Chat, words: str, asked: bool) -> Handled:
    """Nothing was found: never twice the same answer, and in the end somebody to ask."""
    if words:
        day = f"{chat.words.local(chat.now):%Y-%m-%d}"
        await note_missed(chat.db, chat.contact.id, words, day, micros(chat.now))
    new = await is_new(chat)
    times = await missed(chat)
    if new and times == 1 and not asked:
        return await show_home(chat)
    if times >= 3:
        return await _somebody(chat)
    if times == 2:
        return await _again(chat, words)
    if near := await near_skus(chat.db, chat.language, words):
        rows = [row(tap("kind", item.variant), item.sku, item.full_name) for item in near]
        text = chat.t("I found nothing for “{words}”. Did you mean one of these?", words=words)
        return await send_list(chat, text, [*rows, row(tap("home"), chat.t("Menu"))])
    return await _suggestions(chat, words)


async def _suggestions(chat: Chat, words: str) -> Handled:
    categories = nearest(words, await read.categories(chat.db, chat.language))
    picks = await read.featured(chat.db, chat.language, limit=4)
    rows = [row(tap("cat", each.id, 1), f"{each.emoji} {each.name}".strip()) for each in categories[:4]]
    rows += [item_row(chat, item) for item in picks]
    text = paragraphs(
        chat.t("I found nothing for “{words}”.", words=words)
        if words
        else chat.t("I did not understand that."),
        chat.t("Try another word, or have a look here:"),
    )
    return await send_list(chat, text, [*rows, row(tap("home"), chat.t("Menu"))])


async def _again(chat: Chat, words: str) -> Handled:
    miss = (
        chat.t("“{words}” finds nothing either.", words=words)
        if words
        else chat.t("That is still not clear to me.")
    )
    text = paragraphs(miss, chat.t("What finds something:"), await how(chat))
    await chat.send(Buttons(text, _ways(chat)))
    return Handled


async def _somebody(chat: Chat) -> Handled:
    text = paragraphs(
        chat.t("I am sorry, I do not understand what you are looking for."),
        texts.said(chat.settings.help, chat) or chat.t("HELP shows all that you can write here."),
    )
    await chat.send(Buttons(text, _ways(chat)))
    return Handled


def _ways(chat: Chat) -> list[Button]:
    return [
        Button(tap("shop", 1), clip(chat.t("Shop"), BUTTON)),
        Button(tap("help"), clip(chat.t("Help"), BUTTON)),
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
    ]


def nearest(words: str, categories: Sequence[Category]) -> list[Category]:
    """*categories*, those first whose name is most like *words*."""
    wanted = fold(words)
    return sorted(categories, key=lambda each: -_likeness(wanted, fold(each.name)))


def _likeness(one: str, other: str) -> float:
    return round(difflib.SequenceMatcher(None, one[:60], other[:60], autojunk=False).ratio(), 1)


def searched(text: str) -> str:
    """What is searched of *text*: one line that a tap can carry."""
    line = " ".join(text.split())
    return line.encode("utf-8", "ignore")[:LONGEST].decode("utf-8", "ignore").strip()


def written(words: str) -> str:
    """*words* as a part of an id."""
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def read_again(part: str) -> str:
    """The words of a part of an id; "" for one that nobody wrote."""
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
