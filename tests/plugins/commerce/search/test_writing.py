"""Whatever people write is read, and nothing of it is taken for SQL."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.testing import World
from plugins.commerce.search.ask import Ask, read_ask
from plugins.commerce.search.find import find, near_skus, note_missed, search
from plugins.commerce.search.index import index
from plugins.commerce.search.slips import allowed, nearest, pieces
from plugins.commerce.search.words import asked_of, fold, stem, words_of
from tests.plugins.commerce.goods import NOW, Shelf
from tests.plugins.commerce.memory import TENANT, MemoryDb, now

NASTY = (
    "'; drop table commerce_product; --", "%", "_", '"', "\\", "\x00", "a\x00b", "𐏿" * 200, "1" * 300, "²",
    "under 9999999999999999999999999", "under ,,,", "between 5 and", "ﷺ", "İstanbul", "ß", "\u202e", "¼",
    "mango" * 100, " ".join(["mango"] * 90), "🍎🍏", "under 0.00000001", "under 1.2.3,4", "<<<< 5", ":tenant",
)  # fmt: skip


@pytest.mark.database("sqlite", "postgres")
async def test_nothing_that_is_written_is_refused(world: World, shelf: Shelf) -> None:
    """Not by the search, not by the guess at SKUs, not by the list of what was missed."""
    for text in NASTY:
        await search(world.db(), "en", text, currency="KES")
        await near_skus(world.db(), "sw", text)
        await note_missed(world.db(), "ana", text, "2026-03-02", NOW)
    assert await world.db().value("select count(*) from commerce_product where tenant = :tenant") == 6


@cache
def small() -> MemoryDb:
    """One product, that has been indexed."""
    db = MemoryDb()
    db.plain.execute(
        "insert into commerce_product (tenant, id, code, name, names, created_at, updated_at)"
        " values (?, 'p', 'p', 'Mango 🍎', ?, 0, 0)",
        (TENANT, json.dumps({"es": "Mango dulce"})),
    )
    now(index(db, ["p"]))
    return db


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=120))
def test_any_text_is_searched(text: str) -> None:
    """And finds the product, or nothing."""
    hits = now(find(small(), read_ask(text, "KES")))
    assert list(hits.products) in ([], ["p"])


@given(st.text(max_size=60))
def test_what_is_indexed_is_found_by_itself(text: str) -> None:
    """Each word that was written is one that is looked for, or a whole of such words."""
    indexed = words_of(text)
    assert set(asked_of(text)) <= set(indexed)
    assert all(fold(word) == word or not word.isascii() for word in indexed)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12), st.data())
def test_one_slip_shares_a_piece_and_is_measured(word: str, data: st.DataObject) -> None:
    """A letter too many, too few or another, and two that changed places."""
    at = data.draw(st.integers(0, len(word) - 2))
    sign = data.draw(st.sampled_from("aeixz"))
    wrong = data.draw(
        st.sampled_from([
            word[:at] + word[at + 1 :], word[:at] + sign + word[at:], word[:at] + sign + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ])
    )  # fmt: skip
    assert set(pieces(word)) & set(pieces(wrong)) - {f"^{word[:3]}"}
    if allowed(wrong):
        assert nearest(wrong, [(word, 1)]) == word


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mango", "mangos"), ("mango", "mangoes"), ("tomato", "tomatoes"), ("shoe", "shoes"),
        ("box", "boxes"), ("toy", "toys"), ("berry", "berries"), ("knife", "knives"), ("dress", "dresses"),
        ("leaf", "leaves"), ("flor", "flores"),
        ("luz", "luces"), ("pez", "peces"),
        ("tomate", "tomates"), ("tunda", "matunda"),
        ("shati", "mashati"), ("kiatu", "viatu"), ("embe", "maembe"), ("kikapu", "vikapu"),
        ("chakula", "vyakula"),
    ],
)  # fmt: skip
def test_a_plural_has_the_stem_of_its_singular(one: str, many: str) -> None:
    """In three languages."""
    assert stem(one) == stem(many)


@pytest.mark.parametrize(
    ("one", "other"), [("organ", "organic"), ("bus", "but"), ("gas", "ga"), ("market", "rket"), ("42", "4")]
)
def test_what_is_another_word_has_another_stem(one: str, other: str) -> None:
    """A shop is not to mix them up."""
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("shoes under 2000", Ask(("shoes",), None, 200000)),
        ("shoes below KES 2,000", Ask(("shoes",), None, 200000)),
        ("shoes < 2k", Ask(("shoes",), None, 200000)),
        ("viatu chini ya 2,000/=", Ask(("viatu",), None, 200000)),
        ("zapatos menos de 1.500,50", Ask(("zapatos",), None, 150050)),
        ("zapatos de 500 a 900", Ask(("zapatos",), 50000, 90000)),
        ("between 900 and 500 shoes", Ask(("shoes",), 50000, 90000)),
        ("shoes over 1k under 2k", Ask(("shoes",), 100000, 200000)),
        ("zaidi ya 300", Ask((), 30000, None)),
        ("knife under 30 cm", Ask(("knife", "under", "30", "cm"))),
        ("under armour 2000", Ask(("under", "armour", "2000"))),
        ("honey from Meru", Ask(("honey", "meru"))),
        ("iphone 15", Ask(("iphone", "15"))),
    ],
)
def test_a_price_is_read_from_words(text: str, ask: Ask) -> None:
    """And what is no price stays a word."""
    assert read_ask(text, "KES") == ask


def test_a_price_follows_the_currency() -> None:
    """Yen have no smaller unit, dinars a thousandth."""
    assert read_ask("under 1,500", "JPY").high == 1500
    assert read_ask("under 1,500", "KWD").high == 1_500_000
