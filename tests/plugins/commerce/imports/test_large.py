"""Large files: with a bad row, interrupted, and begun again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gateway import CliContext, GatewayError
from gateway.testing import World
from plugins.commerce.imports import store
from tests.plugins.commerce.imports.files import HEADER, goods, take

#: `make faults` takes 100,000.
ROWS = int(os.environ.get("IMPORT_ROWS", "6000"))


def large(path: Path, rows: int, bad: int) -> Path:
    """A file of *rows* rows. The row with the number *bad* has no price that can be read."""
    with path.open("w") as file:
        file.write(f"{HEADER}\n")
        for number in range(2, rows + 2):
            price = "x" if number == bad else f"{number % 900 + 1}.50"
            file.write(f"S-{number:06d},Thing {number % 500},Shelf,{price},KES,{number % 50},\n")
    return path


async def test_a_large_file_with_a_bad_row(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All others are there, and it is said which was not."""
    bad = ROWS * 7 // 10
    assert await take(world, large(tmp_path / "large.csv", ROWS, bad)) == 1
    said = capsys.readouterr().out
    assert f'row {bad} (S-{bad:06d}), price: "x" is no price' in said
    assert f"{ROWS - 1:,} created, 0 updated, 0 unchanged, 1 refused" in said
    assert await world.db().value("select count(*) from commerce_variant where tenant = :tenant") == ROWS - 1


@pytest.mark.database("postgres")
async def test_a_thousand_rows_with_a_bad_one(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the other database."""
    assert await take(world, large(tmp_path / "large.csv", 1_000, 700)) == 1
    assert "999 created, 0 updated, 0 unchanged, 1 refused" in capsys.readouterr().out


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.parametrize("died_after", [0, 1, 3])
async def test_an_import_that_died_goes_on(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    died_after: int,
) -> None:  # fmt: skip
    """Behind the last row that was written, and at its end all is as if it had never died."""
    file = large(tmp_path / "large.csv", 900, 450)
    with monkeypatch.context() as patched:
        patched.setattr("plugins.commerce.imports.portion.MOST", 200)
        patched.setattr("gateway.CliContext.work", dying(died_after))
        with pytest.raises(KeyboardInterrupt):
            await take(world, file)
    capsys.readouterr()
    assert await take(world, file) == 1
    said = capsys.readouterr().out
    assert ("going on behind row" in said) == (died_after > 0)
    there = await goods(world)
    assert len(there) == 899
    row = await world.db().one("select * from commerce_import where tenant = :tenant")
    assert row is not None
    assert (row["created"], row["refused"], row["rows"]) == (899, 1, 901)
    assert row["ended_at"]


def dying(after: int) -> Any:
    """`CliContext.work` that is interrupted when it has sent *after* portions."""
    whole, sent = CliContext.work, 0

    async def work(self: CliContext, function: Any, /, *args: Any) -> Any:
        nonlocal sent
        if function is store.take:
            if sent == after:
                raise KeyboardInterrupt
            sent += 1
        return await whole(self, function, *args)

    return work


async def test_a_portion_that_takes_too_long_is_halved(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a slow machine it was undone, and each half goes by itself."""
    whole = CliContext.work

    async def slow(self: CliContext, function: Any, /, *args: Any) -> Any:
        if function is store.take and len(args[1]) > 60:
            raise GatewayError("it took more than two seconds")
        return await whole(self, function, *args)

    monkeypatch.setattr("gateway.CliContext.work", slow)
    assert await take(world, large(tmp_path / "large.csv", 500, 450)) == 1
    assert "499 created, 0 updated, 0 unchanged, 1 refused" in capsys.readouterr().out


async def test_two_runs_of_one_file_are_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The later goes on in the place of the earlier, which says so and ends."""
    file, whole, begun = large(tmp_path / "large.csv", 500, 0), CliContext.work, False

    async def beside(self: CliContext, function: Any, /, *args: Any) -> Any:
        nonlocal begun
        answer = await whole(self, function, *args)
        if function is store.take and not begun:
            begun = True
            given = dict(args[0], id="")
            await whole(self, store.begin, given)
        return answer

    monkeypatch.setattr("gateway.CliContext.work", beside)
    assert await take(world, file) == 2
    assert "by another run" in capsys.readouterr().out
    assert await take(world, file) == 0
    assert len(await goods(world)) == 500
