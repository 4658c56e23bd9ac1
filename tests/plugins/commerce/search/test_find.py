"""What people write, and what of the shelf they find."""

from __future__ import annotations

import pytest

from gateway.testing import World
from plugins.commerce.search.find import Found, near_skus, note_missed, search
from tests.plugins.commerce.goods import NOW, Shelf

BOTH = pytest.mark.database("sqlite", "postgres")


async def found(world: World, text: str, language: str = "en", **more: int) -> Found:
    return await search(world.db(), language, text, currency="KES", **more)


async def products(world: World, text: str) -> list[str]:
    """The ids of the products that *text* finds."""
    return [item.product for item in (await found(world, text)).items]


@BOTH
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("mango", ["mango"]), ("MANGOS", ["mango"]), ("mangoes please", ["mango"]), ("embe", ["mango"]),
        ("maembe", ["mango"]), ("platano", ["banana"]), ("do you have plátanos?", ["banana"]),
        ("tomate", ["tomato"]), ("sukuma", ["sukuma"]), ("kale", ["sukuma"]), ("t-shirt", ["shirt"]),
        ("tshirts", ["shirt"]), ("red t shirt", ["shirt"]), ("fruits", ["banana", "mango"]),
        ("camisetas", ["shirt"]), ("matunda", ["banana", "mango"]), ("kiatu", ["shoes"]),
        ("canvas shoe", ["shoes"]), ("", []), ("the of and", []), ("?!", []), ("piano", []),
    ],
)  # fmt: skip
async def test_words_find_products(world: World, shelf: Shelf, text: str, wanted: list[str]) -> None:
    """Plurals, accents and languages are forgiven."""
    assert sorted(await products(world, text)) == wanted


@BOTH
@pytest.mark.parametrize(
    ("text", "word", "meant", "product"),
    [
        ("mnago", "mnago", "mango", "mango"), ("bannana", "bannana", "bananas", "banana"),
        ("sukma", "sukma", "sukuma", "sukuma"), ("canvsa shoes", "canvsa", "canvas", "shoes"),
        ("vegtabels", "vegtabels", "vegetables", "sukuma"), ("tomatos", "", "", "tomato"),
    ],
)  # fmt: skip
async def test_slips_are_forgiven_and_told(
    world: World, shelf: Shelf, text: str, word: str, meant: str, product: str
) -> None:
    """What a mistyped word was taken for is said; a plural is no slip."""
    answer = await found(world, text)
    assert product in [item.product for item in answer.items]
    assert answer.instead == ({word: meant} if word else {})


@BOTH
async def test_a_short_word_and_a_number_are_not_guessed(world: World, shelf: Shelf) -> None:
    """ "kal" is no kale, and 43 is no 42."""
    assert not (await found(world, "kle")).items
    assert not (await found(world, "43")).items


@BOTH
async def test_the_last_word_may_only_be_begun(world: World, shelf: Shelf) -> None:
    """As people write who want to be quick."""
    assert await products(world, "mang") == ["mango"]
    assert await products(world, "canvas sho") == ["shoes"]


@BOTH
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fruit under 100", ["mango"]), ("matunda chini ya 100", ["mango"]),
        ("fruta menos de ksh 100", ["mango"]),
        ("fruit over 100", ["banana"]), ("clothes under 2,000", ["shirt"]), ("clothes under 2k", ["shirt"]),
        ("clothes between 2,000 and 3,000/=", ["shoes"]), ("ropa entre 2.000 y 3.000", ["shoes"]),
        ("nguo kati ya 2000 na 3000", ["shoes"]), ("clothes under 10", []),
        ("under 50", ["mango", "sukuma"]), ("under 45", ["sukuma"]), ("between 2000 and 3000", ["shoes"]),
    ],
)  # fmt: skip
async def test_a_price_is_part_of_a_search(world: World, shelf: Shelf, text: str, wanted: list[str]) -> None:
    """In words of three languages; the price itself is included."""
    assert sorted(await products(world, text)) == wanted


@BOTH
async def test_an_exact_sku_comes_first(world: World, shelf: Shelf) -> None:
    """As people write it, and it is this variant that is shown, not the one that stands for the product."""
    answer = await found(world, "ts blu m")
    assert answer.items[0].sku == "TS-BLU-M"
    assert [item.sku for item in (await found(world, "mng-ea")).items] == ["MNG-EA"]


@BOTH
async def test_a_barcode_is_found(world: World, shelf: Shelf) -> None:
    """With the spaces that are printed between its digits."""
    await world.db().run(
        "update commerce_variant set barcode = '5901234123457' where tenant = :tenant and sku = 'SHOE-42'"
    )
    assert await products(world, "5901234 123457") == ["shoes"]


@BOTH
async def test_where_nothing_has_all_words_the_most_count(world: World, shelf: Shelf) -> None:
    """And it is said that something is missing."""
    answer = await found(world, "fresh tomatoes shoes")
    assert [item.product for item in answer.items] == ["tomato"]
    assert answer.partly
    assert (await found(world, "piano mango")).partly
    assert not (await found(world, "fresh tomatoes")).partly


@BOTH
async def test_what_can_be_sold_comes_before_what_cannot(world: World, shelf: Shelf) -> None:
    """Tomatoes are sold out."""
    assert await products(world, "vegetables") == ["sukuma", "tomato"]


@BOTH
async def test_pages_follow_each_other(world: World, shelf: Shelf) -> None:
    """Each product stands on one page, and the last says that it is the last."""
    pages = [await found(world, "fresh", offset=at, limit=2) for at in (0, 2, 4)]
    seen = [item.product for page in pages for item in page.items]
    assert sorted(seen) == ["banana", "mango", "sukuma", "tomato"]
    assert [page.more for page in pages] == [True, False, False]


@BOTH
async def test_a_synonym_of_the_owner_finds_too(world: World, shelf: Shelf) -> None:
    """Both ways, with plurals."""
    sql = "insert into commerce_synonym (tenant, word, means) values (:tenant, 'sneaker', 'shoes')"
    await world.db().run(sql)
    assert await products(world, "sneaker") == ["shoes"]
    assert (await found(world, "sneaker")).instead == {}


@BOTH
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("MGN-EA", ["MNG-EA"]), ("mng", ["MNG-EA"]), ("SHOE-43", ["SHOE-42"]), ("xng ea", ["MNG-EA"]),
        ("TS-RED-", ["TS-RED-L", "TS-RED-M"]), ("zzzzzz", []), ("", []), ("-", []),
    ],
)  # fmt: skip
async def test_a_sku_that_is_nearly_right_is_offered(
    world: World, shelf: Shelf, written: str, wanted: list[str]
) -> None:
    """Nearest first."""
    assert [item.sku for item in await near_skus(world.db(), "en", written)] == wanted


@BOTH
async def test_what_found_nothing_is_counted(world: World) -> None:
    """Folded, so that it is one line for the owner."""
    for text in ("Piano!", "PIANO!", "\x00", "x" * 300):
        await note_missed(world.db(), "ana", text, "2026-03-02", NOW)
    rows = await world.db().all(
        "select words, times from commerce_missed where tenant = :tenant order by words"
    )
    assert [(row["words"], row["times"]) for row in rows] == [("piano!", 2), ("x" * 80, 1)]
