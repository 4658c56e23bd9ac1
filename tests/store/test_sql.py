"""SQL text as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StatementFailed
from gateway.store.sql import Statements, load_queries, named_blocks, read_statement, tokens


@pytest.mark.parametrize(
    ("sql", "numbered", "names"),
    [
        ("select :a, :b, :a", "select $1, $2, $1", ("a", "b")),
        ("select :a::text, ':b', x::int", "select $1::text, ':b', x::int", ("a",)),
        ("select 'it''s :a', :b", "select 'it''s :a', $1", ("b",)),
        (r"select E'\':a', :b", r"select E'\':a', $1", ("b",)),
        ("select $$ :a $$, $t$ $$ :b $t$, :c", "select $$ :a $$, $t$ $$ :b $t$, $1", ("c",)),
        ("-- :a\nselect /* :b\n */ :c", "-- :a\nselect /* :b\n */ $1", ("c",)),
        ('select ":a" from t where b = :b', 'select ":a" from t where b = $1', ("b",)),
        ("select 12:30", "select 12:30", ()),
    ],
)
def test_named_values_become_numbers(sql: str, numbered: str, names: tuple[str, ...]) -> None:
    """Names outside of literals, comments, identifiers and casts are numbered, each once."""
    statement = read_statement(sql)
    assert (statement.numbered, statement.names) == (numbered, names)


@pytest.mark.parametrize(
    ("sql", "writes"),
    [
        ("select 'insert'", False),
        ("-- delete\n SELECT 1", False),
        ("values (1)", False),
        ("with a as (select 1) select * from a", False),
        ("with a as (insert into t values (1) returning b) select * from a", True),
        ("with a as (select 'delete') update t set b = 1", True),
        ("insert into t select 1", True),
        ("Replace into t values (1)", True),
    ],
)
def test_what_writes(sql: str, writes: bool) -> None:
    """The first word decides; a WITH is a write when it changes something."""
    assert read_statement(sql).writes is writes


@given(st.text(alphabet="ab1 :'\"$-/*;\n\\eE_[]`", max_size=60))
def test_tokens_lose_nothing(sql: str) -> None:
    """Whatever the text, its tokens joined give it back."""
    assert "".join(token.text for token in tokens(sql)) == sql


def test_a_missing_value_is_named() -> None:
    """The error names the value and shows the statement."""
    with pytest.raises(StatementFailed, match=":b in: select :a, :b"):
        read_statement("select :a, :b").arguments({"a": 1})


def test_statements_are_kept_but_not_without_bound() -> None:
    """The same text is read once; thousands of different ones do not fill the memory."""
    statements = Statements()
    assert statements["select 1"] is statements["select 1"]
    for n in range(5000):
        assert statements[f"select {n}"].sql == f"select {n}"
    assert len(statements._known) <= 4096


def test_query_files(tmp_path: Path) -> None:
    """Blocks by name; the dialect's file replaces some; comments before a name belong to nobody."""
    file = tmp_path / "queries.sql"
    file.write_text("-- About.\n\n-- name: a\nselect 1;\n\n-- The other.\n-- name: b\nselect ';' -- why\n;\n")
    (tmp_path / "queries.postgres.sql").write_text("-- name: b\nselect 2\n")
    assert dict(load_queries(file, "sqlite")) == {"a": "select 1", "b": "select ';' -- why"}
    assert load_queries(file, "postgres").b == "select 2"
    assert load_queries(file)["a"] == load_queries(file, "postgres").a
    with pytest.raises(AttributeError, match="name: c"):
        _ = load_queries(file).c
    with pytest.raises(FileNotFoundError):
        load_queries(tmp_path / "none.sql", "sqlite")
    with pytest.raises(ValueError, match="twice"):
        named_blocks("-- name: a\nselect 1\n-- name: a\nselect 2", "x.sql")
