"""Taking products in from files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.testing import World
from plugins.commerce.search.find import search
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.imports.files import goods, take, written

BOTH = pytest.mark.database("sqlite", "postgres")
KIWI = "KIW-1,Kiwi,Fresh > Fruit,25.50,KES,12,Green and sour."


@BOTH
async def test_a_file_fills_the_shop(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With categories that were not there, and the search finds what came."""
    file = written(tmp_path / "goods.csv", KIWI, "PEN-1,Pen,Office > Paper and pens,10,KES,,Blue.")
    assert await take(world, file) == 0
    assert "2 created, 0 updated, 0 unchanged, 0 refused" in capsys.readouterr().out
    kiwi = (await goods(world))["KIW-1"]
    assert (kiwi["name"], kiwi["price"], kiwi["stock"]) == ("Kiwi", 2550, 12)
    assert kiwi["category"] == "Fresh > Fruit"
    found = await search(world.db(), "en", "kiwis", currency="KES")
    assert [item.sku for item in found.items] == ["KIW-1"]


@BOTH
async def test_the_same_file_again_changes_nothing(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And says when it was taken in before."""
    file = written(tmp_path / "goods.csv", KIWI)
    await take(world, file)
    before = await goods(world)
    capsys.readouterr()
    assert await take(world, file) == 0
    said = capsys.readouterr().out
    assert "was taken in on" in said
    assert "0 created, 0 updated, 1 unchanged" in said
    assert await goods(world) == before
    assert await world.db().value("select count(*) from commerce_stock_move where tenant = :tenant") == 1


@BOTH
async def test_a_dry_run_writes_nothing(
    world: World, shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what would become of each row; a variant finds its product's name in a row above."""
    header = "sku,parent_sku,name,price,options"
    rows = ("CAP-R,CAP,Cap,500,Colour=Red", "CAP-B,CAP,,500,Colour=Blue", "MNG-EA,,Mango,60,", "BAD,,Bad,x,")
    before = await goods(world)
    assert await take(world, written(tmp_path / "new.csv", *rows, header=header), "--dry-run") == 1
    assert "2 created, 1 updated, 0 unchanged, 1 refused" in capsys.readouterr().out
    assert await goods(world) == before
    assert await world.db().value("select count(*) from commerce_import where tenant = :tenant") == 0


@BOTH
async def test_bad_rows_do_not_stop_the_others(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is told with its row, its column, what is wrong and what to write."""
    file = written(
        tmp_path / "goods.csv", KIWI, 'A,A,,"1,500.00",KES,1,', "B,B,,1500/=,KES,1,", "C,C,,5,KES,2.5,",
        ",No SKU,,5,KES,1,", "KIW-1,Kiwi again,,5,KES,1,", "D,,,5,KES,1,", "E,E,,5,USD,1,",
        "F,F,,5,KES,1,f,too much",
        f"G,{'long' * 60},,5,KES,1,", "H,a\x00b,,5,KES,1,", f"I,I,,5,KES,1,{'x' * 10_001}",
        "OK,Fine,,5,KES,1,",
    )  # fmt: skip
    errors = tmp_path / "errors.csv"
    assert await take(world, file, f"--errors {errors}") == 1
    said = capsys.readouterr().out
    assert "2 created, 0 updated, 0 unchanged, 11 refused" in said
    assert 'row 3 (A), price: "1,500.00" is no price; write 1500.00' in said
    assert 'row 4 (B), price: "1500/=" is no price; write 1500' in said
    assert 'row 5 (C), stock: "2.5" is no whole number' in said
    assert "row 6, sku: the SKU is missing" in said
    assert "row 7 (KIW-1), sku: the same SKU stands in row 2 and in row 7" in said
    assert sorted(await goods(world)) == ["KIW-1", "OK"]
    with errors.open(newline="") as lines:
        told = list(csv.reader(lines))
    assert [row[0] for row in told[1:]] == [str(number) for number in range(3, 14)]


@BOTH
async def test_all_or_nothing(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One bad row keeps all out; mended, all come."""
    file = written(tmp_path / "goods.csv", KIWI, "BAD,Bad,,x,KES,1,")
    assert await take(world, file, "--all-or-nothing") == 1
    assert "nothing was taken in" in capsys.readouterr().out
    assert await goods(world) == {}
    assert await take(world, written(file, KIWI, "GOOD,Good,,1,KES,1,"), "--all-or-nothing") == 0
    assert sorted(await goods(world)) == ["GOOD", "KIW-1"]


@BOTH
async def test_an_empty_cell_keeps_and_a_dash_clears(world: World, shelf: Shelf, tmp_path: Path) -> None:
    """Columns that are not in the file are kept as well."""
    header = "sku,price,compare_at_price,description"
    await take(world, written(tmp_path / "a.csv", "BAN-1,,-,-", "MNG-EA,55,60,", header=header))
    banana, mango = (await goods(world))["BAN-1"], (await goods(world))["MNG-EA"]
    assert (banana["price"], banana["compare_at"], banana["description"]) == (12000, 0, "")
    assert (mango["price"], mango["compare_at"], mango["description"]) == (5500, 6000, "Sweet, from Makueni.")


@BOTH
async def test_stock_that_orders_have_is_not_taken_away(
    world: World, shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`set` refuses the row, `update` takes the rest of it, `skip` does not look."""
    await world.db().run(
        "update commerce_stock set reserved = 5 where tenant = :tenant and variant = :id", id=shelf["MNG-EA"]
    )
    file = written(tmp_path / "a.csv", "MNG-EA,Mango,,51,KES,2,")
    assert await take(world, file, "--stock set") == 1
    assert "5 of it are promised to orders" in capsys.readouterr().out
    assert (await goods(world))["MNG-EA"]["price"] == 5000
    assert await take(world, file) == 0
    assert "the stock was left as it is" in capsys.readouterr().out
    assert [(await goods(world))["MNG-EA"][each] for each in ("price", "stock")] == [5100, 40]
    assert await take(world, written(file, "MNG-EA,Mango,,52,KES,99,"), "--stock skip") == 0
    assert [(await goods(world))["MNG-EA"][each] for each in ("price", "stock")] == [5200, 40]


@BOTH
async def test_rows_of_one_parent_are_variants(world: World, tmp_path: Path) -> None:
    """Of one product."""
    header = "SKU;Parent SKU;Item;Price (KES);Qty;Options;name_sw;Featured"
    rows = ("CAP-R;CAP;Cap;500;3;Size=M;Kofia;yes", "CAP-B;CAP;;550;4;Size=L;;")
    assert await take(world, written(tmp_path / "caps.csv", *rows, header=header)) == 0
    caps = await goods(world)
    assert {caps[sku]["code"] for sku in ("CAP-R", "CAP-B")} == {"CAP"}
    assert (caps["CAP-R"]["options"], caps["CAP-R"]["names"]) == ('{"Size":"M"}', '{"sw":"Kofia"}')
    assert await world.db().value("select count(*) from commerce_product where tenant = :tenant") == 1


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("name,price", "Kiwi,5", 'no column is called "sku"'),
        ("sku,title,name,price", "A,A,A,5", 'are both the name'),
        ("sku,name,pirce", "A,A,5", 'did you mean "price"?'),
        ("sku,name,price", "A,A,5", "in which currency are the prices?"),
        ("sku,name,price,currency", "A,A,5,shells", "in which currency"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_whole_file(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], header: str, row: str, said: str
) -> None:
    """It is said before anything is written."""
    assert await take(world, written(tmp_path / "a.csv", row, header=header)) > 0
    assert said in capsys.readouterr().out
    assert await goods(world) == {}


async def test_what_is_no_file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there, one that is empty, and a spreadsheet that was not saved as CSV."""
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "goods.xlsx").write_bytes(b"PK\x03\x04 and so on")
    for name, said in (("none.csv", "No such file"), ("empty.csv", "sku"), ("goods.xlsx", "save it as CSV")):
        assert await take(world, tmp_path / name) == 2
        assert said in capsys.readouterr().out
