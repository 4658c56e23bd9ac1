"""The staff's API of products and categories."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.catalogue import read
from tests.plugins.commerce.goods import Shelf

BOTH = pytest.mark.database("sqlite", "postgres")
PRODUCTS, CATEGORIES = "/p/commerce/products", "/p/commerce/categories"
CUP: dict[str, Any] = {
    "name": "Cup", "names": {"es": "Taza"}, "category": "clothes", "code": "CUP",
    "variants": [
        {"sku": "CUP-R", "title": "Red", "price": "300", "stock": 4},
        {"sku": "CUP-B", "title": "Blue", "price": "310.50", "compare_at": "400"},
    ],
}  # fmt: skip


async def ask(world: World, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """The answer of the API, whose status has to be *status*."""
    more = {} if body is None else {"json": body}
    answer = await world.request(method, path, key=True, **more)
    assert answer.status == status, answer.text
    return answer.json()


@BOTH
async def test_a_product_is_made_read_and_changed(world: World, shelf: Shelf) -> None:
    """With its variants; a change says what it is a change of."""
    made = await ask(world, "POST", PRODUCTS, CUP)
    assert (made["code"], made["status"], made["version"], made["category"]) == (
        "CUP",
        "active",
        1,
        "clothes",
    )
    red, blue = sorted(made["variants"], key=lambda each: each["price"])
    assert (red["price"], red["stock"]["left"], red["stock"]["tracked"]) == ("300.00", 4, True)
    assert (blue["compare_at"], blue["stock"]["tracked"], blue["currency"]) == ("400.00", False, "KES")
    path = f"{PRODUCTS}/{made['id']}"
    change = {"version": 1, "name": "Big cup", "variants": [{"id": red["id"], "price": "320"}]}
    changed = await ask(world, "PATCH", path, change)
    assert (changed["name"], changed["version"], changed["names"]) == ("Big cup", 2, {"es": "Taza"})
    assert await ask(world, "GET", path) == changed
    late = await ask(world, "PATCH", path, {"version": 1, "name": "Small cup"}, 409)
    assert "has version 2" in late["detail"]
    assert (await ask(world, "PATCH", path, {"featured": True}))["featured"] is True
    found = await read.by_sku(world.db(), "es", "cup r")
    assert found is not None
    assert (found.full_name, found.price) == ("Taza (Red)", 32_000)


@BOTH
async def test_what_is_archived_is_gone_for_customers_only(world: World, shelf: Shelf) -> None:
    """A variant, then the product; both come back."""
    path = f"{PRODUCTS}/shirt"
    await ask(world, "PATCH", path, {"variants": [{"sku": "TS-RED-M", "status": "archived"}]})
    assert [item.sku for item in await read.variants(world.db(), "en", "shirt")] == ["TS-RED-L", "TS-BLU-M"]
    await ask(world, "PATCH", path, {"status": "archived"})
    assert await read.standing_for(world.db(), "en", ["shirt"]) == []
    assert (await read.items(world.db(), "en", [shelf["TS-BLU-M"]]))[shelf["TS-BLU-M"]].name == "T-shirt"
    archived = await ask(world, "GET", f"{PRODUCTS}?status=archived")
    assert [each["id"] for each in archived["items"]] == ["shirt"]
    await ask(world, "PATCH", path, {"status": "active"})
    assert len(await read.standing_for(world.db(), "en", ["shirt"])) == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer", "words"),
    [
        ({"name": "X", "variants": [{"sku": "MNG-EA", "price": "1"}]}, 409, "/variants", "PATCH"),
        ({"name": "X", "code": "shirt", "variants": [{"sku": "N", "price": "1"}]}, 409, "/code", "PATCH"),
        ({"name": "X", "variants": [{"sku": "N"}]}, 422, "/variants/0/price", "price is missing"),
        ({"name": "", "variants": [{"sku": "N", "price": "1"}]}, 422, "/name", "name is missing"),
        ({"variants": [{"sku": "N", "price": "1"}]}, 422, "/name", "name is missing"),
        ({"name": "X", "category": "no", "variants": [{"sku": "N", "price": "1"}]}, 422, "/category", "no "),
        ({"name": "X", "variants": [{"sku": "N", "price": "1"}, {"sku": "M", "price": "x"}]}, 422,
         "/variants/1/price", "is no amount"),
        ({"name": "X", "variants": []}, 422, "/variants", "length"),
        ({"name": "X", "colour": "red", "variants": [{"sku": "N", "price": "1"}]}, 422, "/", "colour"),
        ({"name": "X", "variants": [{"sku": "N", "price": 100}]}, 422, "/variants/0/price", "str"),
    ],
)  # fmt: skip
async def test_a_product_that_cannot_be_made(
    world: World, shelf: Shelf, body: Any, status: int, pointer: str, words: str
) -> None:
    """Says where it is wrong, and leaves nothing."""
    problem = await ask(world, "POST", PRODUCTS, body, status)
    assert words in problem["detail"] or words in str(problem["errors"])
    assert problem.get("errors", [{"pointer": ""}])[0]["pointer"] == pointer
    assert await world.db().value("select count(*) from commerce_product where tenant = :tenant") == 6


@BOTH
async def test_a_list_is_read_in_pages(world: World, shelf: Shelf) -> None:
    """Everything once; narrowed by category and status; found by SKU, code and words."""
    seen, cursor = [], ""
    while cursor is not None:
        page = await ask(world, "GET", f"{PRODUCTS}?limit=4&cursor={cursor}")
        seen += [each["id"] for each in page["items"]]
        cursor = page["cursor"]
    assert seen == sorted(["mango", "banana", "sukuma", "tomato", "shirt", "shoes"])
    fruit = await ask(world, "GET", f"{PRODUCTS}?category=fruit&status=active")
    assert [each["id"] for each in fruit["items"]] == ["banana", "mango"]
    for q in ("ts-red-l", "shirt", "TSREDL"):
        assert (await ask(world, "GET", f"{PRODUCTS}?q={q}"))["items"][0]["id"] == "shirt"
    assert (await ask(world, "GET", f"{PRODUCTS}?q=nothing+such"))["items"] == []
    await ask(world, "GET", f"{PRODUCTS}?status=gone", status=400)
    await ask(world, "GET", f"{PRODUCTS}/nope", status=404)


@BOTH
async def test_many_rows_each_by_itself(world: World, shelf: Shelf, ana: Contact) -> None:
    """What is wrong stops nothing else; the search knows them afterwards."""
    rows = [{"sku": "A-1", "name": "Avocado", "price": "40", "category": "Fresh > Fruit"},
            {"sku": "A-2", "name": "Apple", "price": "many"},
            {"sku": "MNG-EA", "price": "50.00"}]  # fmt: skip
    answer = await ask(world, "POST", f"{PRODUCTS}/batch", {"rows": rows})
    assert [each["result"] for each in answer["items"]] == ["created", "refused", "unchanged"]
    assert answer["items"][1]["faults"][0]["field"] == "price"
    assert (answer["created"], answer["refused"]) == (1, 1)
    await world.settle() if hasattr(world, "settle") else await ana.waits("1s")
    assert [each["code"] for each in (await ask(world, "GET", f"{PRODUCTS}?q=avocado"))["items"]] == ["A-1"]


@BOTH
async def test_categories_are_made_moved_and_hidden(world: World, shelf: Shelf, ana: Contact) -> None:
    """What lies below one follows, by path and by sight."""
    made = await ask(world, "POST", CATEGORIES, {"name": "Berries", "parent": "fruit", "emoji": "🍓"})
    assert (made["path"], made["hidden"]) == ("Fresh > Fruit > Berries", False)
    moved = await ask(world, "PATCH", f"{CATEGORIES}/fruit", {"parent": "", "name": "Fruits"})
    assert moved["path"] == "Fruits"
    paths = {each["id"]: each["path"] for each in (await ask(world, "GET", CATEGORIES))["items"]}
    assert paths[made["id"]] == "Fruits > Berries"
    await ask(world, "PATCH", f"{CATEGORIES}/fruit", {"hidden": True})
    await ana.waits("1s")
    assert await read.by_sku(world.db(), "en", "MNG-EA") is None
    assert (await ask(world, "GET", f"{PRODUCTS}?q=mango"))["items"][0]["id"] == "mango"  # by its code


@BOTH
@pytest.mark.parametrize(
    ("method", "path", "body", "pointer", "words"),
    [
        ("PATCH", "/fresh", {"parent": "fruit"}, "/parent", "within itself"),
        ("PATCH", "/fresh", {"parent": "fresh"}, "/parent", "within itself"),
        ("PATCH", "/fruit", {"name": "Vegetables"}, "/name", "already"),
        ("PATCH", "/fruit", {"name": "A > B"}, "/name", "another sign"),
        ("PATCH", "/fruit", {"parent": "nope"}, "/parent", "no category"),
        ("PATCH", "/fruit", {"name": "n" * 10_240}, "/name", "80 are the most"),
        ("POST", "", {"name": "Fresh"}, "/name", "already"),
        ("POST", "", {"emoji": "x"}, "/name", "missing"),
        ("POST", "", {"name": "x", "sort": 10**15}, "/sort", "whole number"),
    ],
)
async def test_a_category_that_cannot_be(
    world: World, shelf: Shelf, method: str, path: str, body: Any, pointer: str, words: str
) -> None:
    """Says where it is wrong."""
    problem = await ask(world, method, f"{CATEGORIES}{path}", body, 422)
    assert words in problem["detail"]
    assert problem["errors"][0]["pointer"] == pointer
    await ask(world, "PATCH", f"{CATEGORIES}/nope", {"name": "x"}, 404)
