"""`gateway processes`, with and without anybody there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from msgspec import to_builtins

from gateway.clock import SystemClock
from gateway.cluster.listing import ProcessItem
from gateway.cluster.members import Members
from gateway.cluster.setup import Difference
from gateway.commands import processes
from gateway.operate import operate
from gateway.settings import load
from gateway.store import connect
from tests.commands.conftest import CONFIG, Run
from tests.support.postgres import Urls


def test_nobody_is_there(gateway: Run) -> None:
    """A sentence that says what to start."""
    code, out, _ = gateway("processes")

    assert (code, out) == (0, "No process serves this database: start gateway serve.\n")


def test_the_processes_of_a_postgresql(
    gateway: Run, folder: Path, postgres_urls: Urls, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its place, version, lease and shards; one leads; one that has ended is not there."""
    store = f'[store]\nurl = "{postgres_urls.url}"\nworker_url = "{postgres_urls.worker_url}"\n'
    (folder / "gateway.toml").write_text(CONFIG.replace("[[tenants]]", store + "[[tenants]]", 1))

    async def beside() -> dict[str, object]:
        opened = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
        await opened.open()
        owner, intake = (Members(opened, SystemClock(), takes=takes) for takes in (True, False))
        try:
            await owner.join()
            await intake.join()
            told = await operate(load(folder / "gateway.toml"), "processes", {})
            await intake.leave(1.0)
            await owner.abandon()
            return told
        finally:
            await opened.close()

    told = asyncio.run(beside())
    capsys.readouterr()
    first, second = told["processes"]  # type: ignore[misc]
    assert (first["number"], first["shards"], first["leads"], first["takes"]) == (1, 64, True, True)
    assert (second["number"], second["shards"], second["leads"], second["takes"]) == (2, 0, False, False)
    assert 0 < first["lease"] <= 5

    code, out, _ = gateway("processes")
    assert code == 0
    assert out.splitlines()[0].split() == ["NUMBER", "PLACE", "VERSION", "SINCE", "LEASE", "SHARDS"]
    assert out.splitlines()[1].startswith("1 ")
    assert out.splitlines()[1].endswith("leads")
    assert len(json.loads(gateway("processes", "--json")[1])["processes"]) == 1


@pytest.mark.parametrize(
    ("takes", "advice"), [(True, "look again"), (False, "start a process that is not [server] intake_only")]
)
def test_shards_without_an_owner_say_what_to_do(takes: bool, advice: str) -> None:
    """Waiting does not help where nobody takes any; who differs stands below, with what to do."""
    differs = (Difference("secret", "one cannot open what the other seals", "write the same"),)
    item = ProcessItem("a", 1, "wa-1:7", "1.0", 0, 4.0, 0, False, takes, (), differs)
    printed = processes._printed({"processes": [to_builtins(item)], "free": 64})

    assert f"64 shards have no owner now; {advice}" in printed
    assert "wa-1:7 differs in its secret: one cannot open what the other seals." in printed
    assert "what to do: write the same" in printed


@pytest.mark.parametrize(
    ("takes", "leads", "shards", "said"),
    [
        (True, True, 64, "leads"), (True, False, 0, ""), (False, False, 0, "intake only"),
        (False, False, 1, "leaving"), (False, True, 1, "leads, leaving"),
    ],
)  # fmt: skip
def test_who_hands_over_at_its_end_is_not_one_for_intake_only(
    takes: bool, leads: bool, shards: int, said: str
) -> None:
    """Both take nothing; who leaves has some still."""
    item = ProcessItem("a", 1, "wa-1:7", "1.0", 0, 4.0, shards, leads, takes)
    line = processes._printed({"processes": [to_builtins(item)], "free": 0}).splitlines()[1]

    assert line.split("4 s")[1].split(maxsplit=1)[1:] == ([said] if said else [])
