"""Files as programs write them: encodings, separators, names of columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.commerce.imports.cells import Problem, read_row
from plugins.commerce.imports.columns import COLUMNS, Column, read_column, read_header
from plugins.commerce.imports.source import examine, lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_is_read_however_it_was_saved(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    """With accents, and cells that hold separators and lines."""
    rows = (("sku", "name"), ("A-1", 'Piña, "dulce"; sí'), ("B-2", "two\nlines"))
    text = ending.join(
        separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows
    )
    file = tmp_path / "goods.csv"
    file.write_bytes((text + ending).encode(encoding))
    source = examine(file)
    assert [tuple(line.cells) for line in lines(source)] == list(rows)
    assert source.separator == separator


def test_a_file_that_says_what_separates_its_cells(tmp_path: Path) -> None:
    """As Excel writes it."""
    file = tmp_path / "goods.csv"
    file.write_text("sep=;\nsku;name, if any\nA;Pen\n")
    assert [tuple(line.cells) for line in lines(examine(file))] == [("sku", "name, if any"), ("A", "Pen")]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    """Cells with lines are one row, and empty rows count."""
    file = tmp_path / "goods.csv"
    file.write_text('sku,name\nA,"one\ntwo"\n,\nB,Pen\n')
    assert [line.number for line in lines(examine(file))] == [1, 2, 4]


def test_a_quote_that_nobody_closed_spoils_its_row_only(tmp_path: Path) -> None:
    """What is behind it is read again."""
    file = tmp_path / "goods.csv"
    file.write_text('sku,name\nA,"never closed\n' + "B,Pen\n" * 30_000)
    found = list(lines(examine(file)))
    assert "opened and not closed" in found[1].wrong
    assert tuple(found[-1].cells) == ("B", "Pen")


def test_a_letter_that_is_cut_in_two_by_the_chunks_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large file in UTF-8 is not taken for Windows-1252."""
    monkeypatch.setattr("plugins.commerce.imports.source.CHUNK", 7)
    file = tmp_path / "goods.csv"
    file.write_text("sku,name\nA,ééééééé\n", encoding="utf-8")
    assert examine(file).encoding == "utf-8"


@pytest.mark.parametrize(
    ("header", "name", "language", "currency"),
    [
        ("SKU", "sku", "", ""), (" Title ", "name", "", ""), ("QTY", "stock", "", ""),
        ("precio", "price", "", ""),
        ("Price (KES)", "price", "", "KES"), ("name_es", "name", "es", ""), ("\ufeffsku", "sku", "", ""),
        ("Description [sw]", "description", "sw", ""), ("name pt-BR", "name", "pt-BR", ""),
        ("Compare-at price", "compare_at_price", "", ""), ("Descripción", "description", "", ""),
    ],
)  # fmt: skip
def test_a_column_has_many_names(header: str, name: str, language: str, currency: str) -> None:
    """In any case, in three languages."""
    assert read_column(header) == Column(name, header, language, currency)


def test_a_column_that_nobody_knows() -> None:
    """Is left out."""
    assert [read_column(header) for header in ("colour", "", "name of the dog")] == [None, None, None]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=12), max_size=6), st.lists(st.text(max_size=12), max_size=7))
def test_whatever_stands_in_a_file_is_read_or_explained(header: list[str], cells: list[str]) -> None:
    """Nothing of it is an error of ours."""
    _, problems = read_row(2, read_header(header), cells)
    assert all(isinstance(problem, Problem) and problem.why for problem in problems)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=8), min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_whatever_stands_in_known_columns_is_read_or_explained(cells: list[str]) -> None:
    """A row without problems has a SKU."""
    row, problems = read_row(2, read_header(COLUMNS), cells)
    assert problems or row["sku"]


def test_the_docs_name_every_column() -> None:
    """With other names that are understood."""
    page = (Path(__file__).parents[4] / "docs" / "commerce-import.md").read_text("utf-8")
    table = page.partition("<!-- columns -->")[2].partition("<!-- end -->")[0]
    rows = [[cell.strip() for cell in line.split(" | ")] for line in table.splitlines() if "`" in line]
    assert [row[0].strip("|` ") for row in rows] == list(COLUMNS)
    for name, _, aliases in rows:
        for alias in aliases.removesuffix("|").split(","):
            assert read_column(alias) == Column(name.strip("|` "), alias)
