"""Whatever is written, it is kept or refused with a sentence; categories never lie in a ring."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.testing import World
from plugins.commerce.catalogue import category, checks
from plugins.commerce.catalogue.checked import check, key_of
from plugins.commerce.catalogue.row import Row
from plugins.commerce.catalogue.sku import sku_key
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.goods import Shelf

TEXT = st.text(max_size=90)


@given(TEXT)
def test_a_sku_is_kept_or_refused(written: str) -> None:
    """What is kept is kept again as it is, has a key, and nothing that nobody sees."""
    try:
        sku = checks.sku(written)
    except checks.Wrong:
        return
    assert 1 <= len(unicodedata.normalize("NFC", sku)) <= 2 * checks.LONGEST_SKU
    assert checks.sku(sku) == sku
    assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in sku)
    assert key_of(sku)


@given(TEXT)
@example("𝕬")
def test_a_key_is_the_same_however_it_is_written(written: str) -> None:
    """In capitals, with dashes between the letters, with spaces around."""
    key = sku_key(written)
    assert sku_key(key) == key
    assert sku_key(f" {written} ") == key
    assert sku_key("-".join(written)) == key or "\u200d" in written


@given(TEXT)
def test_a_path_is_kept_or_refused(written: str) -> None:
    """What is kept is at most five names deep."""
    try:
        path = checks.path(written)
    except checks.Wrong:
        return
    assert path == "" or path.count(checks.ARROW) < checks.DEEPEST
    assert checks.path(path) == path


@given(st.builds(Row, sku=TEXT, name=TEXT, price=TEXT, compare_at=TEXT, category=TEXT, image_url=TEXT,
                 stock=st.integers(), tags=TEXT, currency=TEXT,
                 options=st.dictionaries(TEXT, TEXT, max_size=6),
                 names=st.dictionaries(TEXT, TEXT, max_size=3)))  # fmt: skip
def test_a_row_is_checked_whatever_it_holds(row: Row) -> None:
    """Nothing is raised; what has no fault can be stored by both databases."""
    checked = check(row, "KES")
    if not checked.faults:
        repr((checked.product, checked.variant, checked.sku)).encode()
        assert "\x00" not in "".join(map(str, checked.product.values()))


@pytest.mark.database("sqlite", "postgres")
async def test_paths_follow_whatever_is_moved(world: World, shelf: Shelf) -> None:
    """A chain is moved about; each path is that of the names above, and five deep is the most."""
    ids = ["fresh"]
    for name in ("A", "B", "C", "D"):
        made = await act(world, category.create, {"name": name, "parent": ids[-1]}, world.now)
        ids.append(made.id)
    with pytest.raises(category.CategoryRefused, match="6 deep, and 5 is the most"):
        await act(world, category.create, {"name": "E", "parent": ids[-1]}, world.now)
    with pytest.raises(category.CategoryRefused, match="6 deep, and 5 is the most"):
        await act(world, category.change, "fresh", {"parent": "clothes"}, world.now)
    with pytest.raises(category.CategoryRefused, match="within itself"):
        await act(world, category.change, ids[1], {"parent": ids[4]}, world.now)
    await act(world, category.change, ids[2], {"parent": "clothes", "name": "Bee"}, world.now)
    await act(world, category.change, "clothes", {"name": "Wear"}, world.now)
    rows = await world.db().all("select id, parent, path, name from commerce_category where tenant = :tenant")
    known = {row["id"]: row for row in rows}
    for row in rows:
        above = known[row["parent"]]["path"] + checks.ARROW if row["parent"] else ""
        assert row["path"] == above + row["name"]
    assert known[ids[4]]["path"] == "Wear > Bee > C > D"
