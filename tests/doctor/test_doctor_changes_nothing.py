"""`gateway doctor` looks and changes nothing, also where there is nothing or an old database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.store.migrate.sqlite import migrate_file


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A gateway.toml whose database is not there."""
    path = tmp_path / "gateway.toml"
    path.write_text(
        f'[server]\nsecret = ["{"s" * 40}"]\n[store]\nurl = "sqlite:///{tmp_path}/gateway.db"\n'
        '[[tenants]]\nid = "duka"\n'
    )
    return path


def doctor(config: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    """The exit code and the last group's findings."""
    code = main(["doctor", "--json", "--config", str(config)])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["groups"][-1]["findings"]
    return code, found


def test_a_database_that_is_not_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says who makes it, and makes none."""
    code, [found] = doctor(config, capsys)
    assert (code, found["what"], "gateway serve" in found["remedy"]) == (0, "migrations", True)
    assert not (config.parent / "gateway.db").exists()


def test_a_folder_that_is_not_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Is wrong: nobody could make the database."""
    config.write_text(config.read_text().replace("/gateway.db", "/none/gateway.db"))
    code, [found] = doctor(config, capsys)
    assert (code, found["ok"]) == (1, False)


def test_a_database_of_an_older_version(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The migrations are told, and not applied: who looks does not upgrade."""
    file = config.parent / "gateway.db"
    migrate_file(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("delete from migration where name = '0009_conversations'")
        connection.execute("drop index conversation_last")
    code, [found] = doctor(config, capsys)
    assert (code, found["what"], found["ok"]) == (1, "migrations", False)
    assert "0009_conversations" in found["detail"]
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("select 1 from migration where name like '0009%'").fetchone() is None
