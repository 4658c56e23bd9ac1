"""What is written out comes back as it was."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.testing import World
from plugins.commerce.imports.cells import read_row
from plugins.commerce.imports.columns import COLUMNS, read_header
from plugins.commerce.imports.export import cells_of
from plugins.commerce.imports.guard import guarded, unguarded
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.imports.files import goods, take, written

BOTH = pytest.mark.database("sqlite", "postgres")
NASTY = '=HYPERLINK("x"),"+1","-2","@a","\'=b"'


def cells(path: Path) -> list[dict[str, str]]:
    """The rows of a file that was written out."""
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


@BOTH
async def test_an_export_comes_back_unchanged(
    world: World, shelf: Shelf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Languages, variants and stock with it."""
    file = tmp_path / "all.csv"
    assert await world.runs(f"commerce export {file}") == 0
    rows = {row["sku"]: row for row in cells(file)}
    assert (rows["BAN-1"]["name_es"], rows["BAN-1"]["price"], rows["BAN-1"]["stock"]) == (
        "Plátanos",
        "120.00",
        "12",
    )
    assert (rows["TS-RED-M"]["parent_sku"], rows["TS-RED-M"]["variant_title"]) == ("shirt", "Red, M")
    before = await goods(world)
    capsys.readouterr()
    assert await take(world, file) == 0
    assert "0 created, 0 updated, 8 unchanged, 0 refused" in capsys.readouterr().out
    assert await goods(world) == before


@BOTH
async def test_no_cell_is_a_formula(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what looks like one is the same when it comes back."""
    header = "sku,name,price,currency,options,tags,description"
    row = '"\'=A1","\'=HYPERLINK(""x"")",5,KES,"\'-a=b",\'+tag,"\'-"'
    await take(world, written(tmp_path / "a.csv", row, header=header))
    assert await world.runs(f"commerce export {tmp_path / 'b.csv'}") == 0
    (out,) = cells(tmp_path / "b.csv")
    assert not [cell for cell in out.values() if cell[:1] in tuple("=+-@\t\r")]
    there = (await goods(world))["=A1"]
    assert (there["name"], there["description"], there["options"]) == ('=HYPERLINK("x")', "-", '{"-a":"b"}')
    capsys.readouterr()
    await take(world, tmp_path / "b.csv")
    assert "1 unchanged" in capsys.readouterr().out


async def test_an_export_fills_an_empty_shop(world: World, shelf: Shelf, tmp_path: Path) -> None:
    """Another shop becomes the same."""
    await world.runs(f"commerce export {tmp_path / 'all.csv'}")
    before = await goods(world)
    for table in ("variant", "product", "stock", "category", "term", "gram", "posting"):
        await world.db().run(f"delete from commerce_{table} where tenant = :tenant")
    assert await take(world, tmp_path / "all.csv") == 0
    after = await goods(world)
    for sku, row in after.items():
        kept = before[sku]
        assert json.loads(row.pop("names")) == json.loads(kept.pop("names"))
        # A product with one variant is called by its SKU.
        assert row == kept | {"code": row["code"]}


async def test_the_template_can_be_taken_in(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It shows every column, and its row is a good one."""
    assert await world.runs("commerce template") == 0
    file = tmp_path / "template.csv"
    file.write_text(capsys.readouterr().out)
    assert set(COLUMNS) < set(cells(file)[0])
    assert await take(world, file) == 0
    assert (await goods(world))["MNG-1KG"]["price"] == 25000


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
texts = words.filter(bool)


@given(st.text(max_size=20))
def test_the_guard_is_taken_off_again(text: str) -> None:
    """Whatever stands in a cell."""
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, texts, texts, st.integers(0, 10**9), st.dictionaries(texts, texts, max_size=2), st.booleans())
def test_a_row_that_is_written_out_is_read_as_it_was(
    sku: str, name: str, description: str, price: int, options: dict[str, str], featured: bool
) -> None:
    """Signs, formulas, separators and all."""
    row = {
        "sku": sku, "code": sku, "name": name, "description": description, "price": price, "compare_at": 0,
        "currency": "KES", "on_hand": None, "path": None, "image_source": "", "options": json.dumps(options),
        "title": "", "weight": 0, "status": "active", "variant_status": "active", "featured": featured,
        "unit": "", "barcode": "", "tax_class": "", "tags": "", "retailer_id": sku, "names": "{}",
        "descriptions": "{}",
    }  # fmt: skip
    out = cells_of(row)
    read, problems = read_row(2, read_header(COLUMNS), [guarded(out.get(column, "")) for column in COLUMNS])
    assert problems == []
    assert (read["sku"], read["name"], read["description"]) == (sku, name, description)
    assert read.get("options", {}) == options
    assert (read["price"], read["featured"]) == (f"{price // 100}.{price % 100:02d}", featured)
