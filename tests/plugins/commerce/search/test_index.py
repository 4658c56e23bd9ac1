"""The index, whatever happens to the shelf, says what it would say if it were made anew; and the search finds
what somebody would who reads every product."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.commerce.search.ask import Ask
from plugins.commerce.search.find import find
from plugins.commerce.search.index import index
from tests.plugins.commerce.memory import TENANT, MemoryDb, now

WORDS = ("mango", "kikombe", "plátano", "shirts", "42", "red", "牛", "ñandú", "keyboard", "organic")
IDS = ("a", "b", "c", "d")

texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
goods = st.tuples(
    st.sampled_from(IDS), texts, texts, texts, st.sampled_from(("", "fresh", "fruit")),
    st.sampled_from(("active", "active", "hidden", "gone")),
)  # fmt: skip


def shelf() -> MemoryDb:
    """A shop with two categories."""
    db = MemoryDb()
    for id, parent, name in (("fresh", "", "Fresh"), ("fruit", "fresh", "Sweet fruit")):
        db.plain.execute(
            "insert into commerce_category (tenant, id, parent, path, name, created_at, updated_at)"
            " values (?, ?, ?, ?, ?, 0, 0)",
            (TENANT, id, parent, id, name),
        )
    return db


def put(db: MemoryDb, good: tuple[str, str, str, str, str, str]) -> None:
    """Have this product on the shelf: (id, name, Spanish name and variant, tags, category, status)."""
    id, name, other, tags, category, status = good
    db.plain.execute("delete from commerce_product where id = ?", (id,))
    db.plain.execute("delete from commerce_variant where product = ?", (id,))
    if status == "gone":
        return
    db.plain.execute(
        "insert into commerce_product (tenant, id, code, name, names, tags, category, status, created_at,"
        " updated_at) values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
        (TENANT, id, id, name, json.dumps({"es": other}), tags, category, status),
    )
    db.plain.execute(
        "insert into commerce_variant (tenant, id, product, sku, sku_key, retailer_id, title, price,"
        " currency, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, 500, 'KES', 0, 0)",
        (TENANT, id, id, id, id, id, other),
    )


def tables(db: MemoryDb) -> list[list[tuple[object, ...]]]:
    """Everything that the index has."""
    names = ("commerce_posting", "commerce_term", "commerce_gram")
    return [sorted(map(tuple, db.plain.execute(f"select * from {name}").fetchall())) for name in names]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(goods, min_size=1, max_size=4), min_size=1, max_size=6))
def test_an_index_that_was_kept_is_one_made_anew(
    rounds: Sequence[Sequence[tuple[str, str, str, str, str, str]]],
) -> None:
    """After any changes, in portions of any size."""
    db = shelf()
    for changes in rounds:
        for good in changes:
            put(db, good)
        now(index(db, [good[0] for good in changes]))
    kept = tables(db)
    for name in ("commerce_posting", "commerce_term", "commerce_gram"):
        db.plain.execute(f"delete from {name}")
    now(index(db, IDS))
    assert kept == tables(db)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(goods, max_size=4, unique_by=lambda good: good[0]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
)
def test_it_finds_what_who_reads_everything_finds(
    shelf_of: Sequence[tuple[str, str, str, str, str, str]], asked: Sequence[str]
) -> None:
    """All that have all of the words; where none has, those that have most."""
    db = shelf()
    for good in shelf_of:
        put(db, good)
    now(index(db, IDS))
    having = {
        id: len({*name.split(), *other.split(), *tags.split()} & set(asked))
        for id, name, other, tags, _, status in shelf_of
        if status == "active"
    }
    most = max(having.values(), default=0)
    wanted = {id for id, count in having.items() if count == most and count}
    plain = tuple(word.translate(str.maketrans("áñú", "anu")) for word in asked)
    hits = now(find(db, Ask(plain)))
    assert set(hits.products) == wanted
    assert hits.partly == (0 < most < len(asked))


@settings(deadline=None, max_examples=60)
@given(st.permutations(IDS), st.lists(goods, min_size=3, max_size=4, unique_by=lambda good: good[0]))
def test_the_order_of_indexing_changes_nothing(
    order: Sequence[str], shelf_of: Sequence[tuple[str, str, str, str, str, str]]
) -> None:
    """One by one in any order is the same as all at once."""
    db = shelf()
    for good in shelf_of:
        put(db, good)
    for id in order:
        now(index(db, [id]))
    one_by_one = tables(db)
    now(index(db, order))
    assert one_by_one == tables(db)
