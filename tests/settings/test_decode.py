"""Strict decoding and references, apart from the file they come from."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from gateway.errors import SettingsError
from gateway.settings import References, decode, resolve


class Header(Struct, frozen=True):
    name: str
    value: str = "x"


class Shape(Struct, frozen=True):
    sender: str = field(name="from")
    count: int = 0
    headers: tuple[Header, ...] = ()
    secrets: str | list[str] = ""

    def __post_init__(self) -> None:
        if self.count > 10:
            raise ValueError("count must be at most 10")


def test_a_renamed_field_is_written_by_its_outer_name() -> None:
    """A field that is a Python keyword outside, such as "from", is decoded and named as written."""
    assert decode({"from": "+1"}, Shape, "f: s").sender == "+1"
    with pytest.raises(SettingsError, match="did you mean 'from'"):
        decode({"form": "+1"}, Shape, "f: s")


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"from": 1}, "f: s.from"),
        ({}, "f: s.from"),
        ({"from": "a", "headers": [{"name": "n"}, {"nmae": "n"}]}, "f: s.headers[1].nmae"),
        ({"from": "a", "headers": [{"name": "n"}, 3]}, "f: s.headers[1]"),
        ({"from": "a", "secrets": ["a", 2]}, "f: s.secrets[1]"),
        ({"from": "a", "count": 11}, "f: s.count"),
        ([], "f: s"),
    ],
)
def test_the_place_is_exact(data: Any, where: str) -> None:
    """The error's path leads to the very value, through lists and nested tables."""
    with pytest.raises(SettingsError) as caught:
        decode(data, Shape, "f: s")
    assert caught.value.where == where


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["from", "count", "headers", "secrets", "name", "other"])


@given(values | st.dictionaries(keys, values | st.dictionaries(keys, values)))
def test_any_data_is_decoded_or_refused_in_words(data: Any) -> None:
    """No value makes the decoder raise anything but SettingsError."""
    with contextlib.suppress(SettingsError):
        assert isinstance(decode(data, Shape, "f: s"), Shape)


def test_references_are_found_at_any_depth(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Variables and files are looked up in lists and tables; everything else is left alone."""
    monkeypatch.setenv("TOKEN", "t")
    file = tmp_path / "secret"
    file.write_text("from file\n")
    written = {
        "a": {"env": "TOKEN"},
        "b": [{"file": str(file)}, "x"],
        "c": {"env": "TOKEN", "file": "y"},
        "d": 1,
    }
    assert resolve(written, "w") == {
        "a": "t",
        "b": ["from file", "x"],
        "c": {"env": "TOKEN", "file": "y"},
        "d": 1,
    }


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_that_is_no_secret_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty, binary or endless file is named, its content is not."""
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        resolve({"token": {"file": str(file)}}, "w")
    assert caught.value.where == "w.token"
    assert str(file) in caught.value.problem
    assert "xxx" not in str(caught.value)


def test_the_stamp_follows_variables_and_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stamp is equal as long as nothing changed, and another when a variable or a file did."""
    file = tmp_path / "secret"
    file.write_text("1")
    monkeypatch.setenv("TOKEN", "1")
    references = References({"a": {"env": "TOKEN"}, "b": [{"file": str(file)}]})
    first = references.stamp()
    assert references.stamp() == first
    monkeypatch.setenv("TOKEN", "2")
    second = references.stamp()
    os.utime(file, ns=(1, 1))
    assert len({first, second, references.stamp()}) == 3
