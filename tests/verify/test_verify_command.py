"""`gateway verify` on the command line: its table, its JSON, its exit codes, and what it never shows."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main
from gateway.store import connect
from gateway.verify.catalogue import CHECKS, NAMES
from tests.support.postgres import Urls
from tests.verify.test_verify_tampered import BROKEN, spoil
from tests.verify.town import KEY, PHONE, SECRET, WORDS, settle

DOC = Path(__file__).parents[2] / "docs" / "verify.md"


@pytest.fixture
def config(tmp_path: Path, store_urls: Urls) -> Path:
    """A gateway.toml whose database holds the town."""
    path = tmp_path / "gateway.toml"
    path.write_text(
        f'[server]\nsecret = ["{"s" * 40}"]\n[store]\nurl = "{store_urls.url}"\n'
        f'migrate_url = "{store_urls.migrate_url}"\nworker_url = "{store_urls.worker_url}"\n'
        '[[tenants]]\nid = "duka"\n'
    )
    act(store_urls)
    return path


def act(urls: Urls, *statements: str) -> None:
    """Make the town, and spoil it."""

    async def work() -> None:
        store = connect(urls.url, worker_url=urls.worker_url)
        await store.open()
        try:
            await settle(store)
            for sql in statements:
                await spoil(store, sql)
        finally:
            await store.close()

    asyncio.run(work())


def verify(config: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    code = main(["verify", "--settle", "0s", "--config", str(config), *more])
    return code, capsys.readouterr().out


def test_all_is_well(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each check, the verdict, and 0."""
    code, out = verify(config, capsys)
    lines = out.splitlines()

    assert code == 0
    assert [line.split()[0] for line in lines[1 : 1 + len(NAMES)]] == list(NAMES)
    assert lines[-1].startswith("Nothing is broken. ")


def test_what_is_broken_is_told_with_what_to_do(
    config: Path, store_urls: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row, what should hold, the advice, and 1; `--tenant` leaves the others out."""
    act(store_urls, "update message set parts = 2 where id = 'out-1' and tenant = 'duka'")
    code, out = verify(config, capsys)

    assert code == 1
    assert "  duka out-1: 1 rows for 2 parts" in out
    assert "BROKEN message_parts: it should hold that each part" in out
    assert "  what to do: report it" in out
    assert out.splitlines()[-1].startswith("1 rows break a promise. ")
    assert verify(config, capsys, "--tenant", "soko")[0] == 0
    assert verify(config, capsys, "--tenant", "duka")[0] == 1


def test_what_is_late_is_shown_and_no_fault(
    config: Path, store_urls: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    """A long queue is not a broken promise."""
    act(store_urls, "update outbox set created_at = 1 where id = 'part-9' and tenant = 'duka'")
    code, out = verify(config, capsys)

    assert (code, "late outbox_waits: " in out) == (0, True)
    assert "Nothing is broken. 1 wait longer than they should. " in out


def test_json_has_every_check(config: Path, store_urls: Urls, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for programs."""
    act(store_urls, "update part set rank = 50 where id = 'part-1' and tenant = 'soko'")
    code, out = verify(config, capsys, "--all", "--json")
    told: dict[str, Any] = json.loads(out)
    by_name = {each["check"]: each for each in told["checks"]}

    assert code == 1
    assert (told["ok"], told["broken"], told["late"]) == (False, 1, 0)
    assert tuple(by_name) == NAMES
    assert by_name["part_rank"]["broken"] == [
        {"tenant": "soko", "id": "part-1", "detail": "rank 50 as delivered"}
    ]
    keys = {"check", "means", "advice", "rows", "broken", "late", "more", "problem"}
    assert all(each.keys() == keys for each in told["checks"])


def test_nothing_that_was_said_is_shown(
    config: Path, store_urls: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all of it spoilt at once, no text, phone number, key or secret is in the output."""
    referred = (
        "conversation_place",
        "identity_place",
        "processes",
    )  # the database itself would not have these
    act(store_urls, *[sql for check, sql, _ in BROKEN if check not in referred])
    shown = "".join(verify(config, capsys, *more)[1] for more in ((), ("--json",), ("--all",)))

    assert shown.count("BROKEN") > 20
    assert not [word for word in (WORDS, PHONE, KEY, SECRET, PHONE[1:], "CANARY") if word in shown]


def test_what_cannot_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A database that is not there, or a time that is none: 2, and a sentence with what to do."""
    path = tmp_path / "gateway.toml"
    path.write_text(
        f'[server]\nsecret = ["{"s" * 40}"]\n[store]\nurl = "sqlite:///{tmp_path}/none.db"\n'
        '[[tenants]]\nid = "duka"\n'
    )
    assert main(["verify", "--config", str(path)]) == 2
    assert "gateway migrate" in capsys.readouterr().err
    assert main(["verify", "--since", "soon", "--config", str(path)]) == 2
    assert "--since: 'soon' is not a length of time; write" in capsys.readouterr().err
    assert not (tmp_path / "none.db").exists()


def test_the_page_lists_every_check() -> None:
    """docs/verify.md says of each what it means and what to do, in the catalogue's words."""
    text = DOC.read_text()
    assert not [
        each.name
        for each in CHECKS
        if f"| `{each.name}` |" not in text or f"| {each.means} | {each.advice} |" not in text
    ]
