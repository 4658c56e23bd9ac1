"""`gateway doctor`, beside a running gateway and without one."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.doctor import CHECKS, machine, postgres, sqlite, work
from gateway.model.finding import Finding
from gateway.operate import operate
from gateway.settings import load
from tests.support.house import ANA, House

DOC = Path(__file__).parents[2] / "docs" / "doctor.md"
FORGED = """
insert into audit (tenant, seq, at, actor, action, object, detail, address, request, hash)
values ('duka', 999, 0, 'nobody', 'key.create', '', '', '', '', '')
"""
_NOW = "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)"
#: Another process than the one that runs, with a lease.
_BESIDE = """
insert into process (id, started_at, stopped_at, number, term, takes, lease_until)
values ('{0}', 1, 0, 99, 99, 0, {1})
"""
SMALL = machine.LEAST - 1
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


async def examined(house: House, *words: str) -> tuple[int, dict[str, Finding], str]:
    """`gateway doctor --json` in a thread: its exit code, the findings by name, and what went to stderr."""
    program = Path(__file__).parents[2] / ".venv" / "bin" / "gateway"
    process = await asyncio.create_subprocess_exec(
        program, "doctor", "--json", "--config", house.config, *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode in (0, 1), err.decode()
    told = json.loads(out)
    assert told["ok"] is (process.returncode == 0)
    found = {
        each["what"]: Finding(each["what"], each["ok"], each["detail"], each.get("remedy", ""))
        for group in told["groups"]
        for each in group["findings"]
    }
    return process.returncode, found, err.decode()


async def test_a_gateway_that_is_well(any_house: House) -> None:
    """Beside one that runs: exit 0, every check of the table that needs no internet says something."""
    await any_house.sim.says(ANA, "hello")
    await any_house.sim.wait_for(ANA, 1)

    code, found, _ = await examined(any_house)

    print("\n".join(f"{each.ok} {each.what}: {each.detail}" for each in found.values()))
    # The tests' PostgreSQL is not durable, for speed; that is found.
    unsafe = ["durability"] if any_house.urls.worker_url else []
    assert [each.what for each in found.values() if not each.ok] == unsafe
    assert code == (1 if unsafe else 0)
    only = {"sqlite": {"journal file"}, "postgres": {"connections", "role", "row security", "grants"}}
    mine = "postgres" if any_house.urls.worker_url else "sqlite"
    other = only["sqlite" if mine == "postgres" else "postgres"]
    for check in CHECKS:
        if not check.online and check.name not in other:
            assert any(what.startswith(check.name) for what in found), check.name
    assert found["channel duka-main of duka"].ok
    assert found["channel soko-main of soko"].detail == "never heard"


async def test_what_is_wrong_is_found_with_a_remedy(any_house: House) -> None:
    """A channel without a good token and an audit row that was slipped in: each is told, and what to do."""
    house = any_house
    assert house.gateway is not None
    store, now = house.gateway.store, house.gateway.clock.now()
    await store.write(lambda tx: tx.run(
        "update channel set paused_at = :now, paused_reason = 'token' where id = 'duka-main'", now=now
    ))  # fmt: skip
    await house.key()
    await store.write(lambda tx: tx.run(FORGED))

    code, found, _ = await examined(house)

    assert code == 1
    assert not found["audit of duka"].ok
    channel = found["channel duka-main of duka"]
    assert (channel.ok, "refuses its token" in channel.detail) == (False, True)
    assert all(each.remedy for each in found.values() if not each.ok)


async def test_online_it_asks_the_providers_and_says_so(house: House) -> None:
    """The simulator answers as the provider does; who waits is told on stderr for what."""
    code, found, err = await examined(house, "--online")

    print("\n".join(f"{each.ok} {each.what}: {each.detail}" for each in found.values()))
    assert "asking about duka-main (1 of 2)" in err
    assert any(what.startswith("provider of duka-main") for what in found)
    assert "address of duka-main" in found
    assert "provider clock of duka-main" in found
    assert code == 1  # a gateway without public_url cannot be called
    assert not found["address of duka-main"].ok


async def test_without_a_gateway_that_runs(house: House) -> None:
    """The command opens the database itself."""
    await house.stop()
    answer = await operate(load(house.config), "doctor", {})
    assert [each["name"] for each in answer["groups"]] == [
        "machine",
        "database",
        "rotation",
        "work",
        "channels",
    ]


def test_a_configuration_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what `check` says, and exits 1."""
    (tmp_path / "gateway.toml").write_text("[server]\nsecret = 1\n")
    assert main(["doctor", "--config", str(tmp_path / "gateway.toml")]) == 1
    assert "settings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "ok", "warned"),
    [
        (machine.clock("clock", 1.9, "x"), True, False),
        (machine.clock("clock", -2.1, "x"), True, True),
        (machine.clock("clock", 31.0, "x"), False, True),
        (machine.space("disk", Path("/x"), 10**12, 5 * 10**11), True, False),
        (machine.space("disk", Path("/x"), 10**12, 5 * 10**10), True, True),
        (machine.space("disk", Path("/x"), 10**12, 10**10), False, True),
        (machine.space("disk", Path("/x"), 10**9, SMALL), False, True),
        (machine.durable("write", Path("/x"), 0.01), True, False),
        (machine.durable("write", Path("/x"), 0.2), True, True),
        (machine.durable("write", Path("/x"), 1.5), False, True),
        (sqlite.version((3, 51, 3)), True, False),
        (sqlite.version((3, 46, 1)), True, True),
        (sqlite.durability("wal", 2), True, False),
        (sqlite.durability("delete", 2), False, True),
        (sqlite.durability("wal", 1), False, True),
        (postgres.version(16), True, False),
        (postgres.version(12), False, True),
        (postgres.durability(DURABLE), True, False),
        (postgres.durability({**DURABLE, "fsync": "off"}), False, True),
        (postgres.durability({**DURABLE, "synchronous_commit": "off"}), False, True),
        (postgres.connections(100, 10), True, False),
        (postgres.connections(100, 90), True, True),
        (postgres.connections(20, 3), False, True),
        (postgres.connections(60, 3, 23, 2), True, False),
        (postgres.connections(60, 3, 23, 3), False, True),
        (postgres.role("app", "a", superuser=True, bypass=False, owner=False), False, True),
        (postgres.role("app", "a", superuser=False, bypass=True, owner=False), False, True),
        (postgres.role("app", "a", superuser=False, bypass=False, owner=True), True, True),
        (postgres.grants("app", ["x"], []), False, True),
        (postgres.grants("app", [], ["x_1"]), False, True),
        (postgres.policies(["x"]), False, True),
        (work.sealed(0, 0), True, False),
        (work.sealed(3, 0), True, True),
        (work.sealed(3, 1), False, True),
        (work.outbox(10), True, False),
        (work.outbox(400), True, True),
        (work.outbox(1000), False, True),
    ],
)  # fmt: skip
def test_the_limits(found: Finding, ok: bool, warned: bool) -> None:
    """What is good, what deserves a look and what is wrong, and that there is a remedy."""
    assert (found.ok, bool(found.remedy)) == (ok, warned)


async def test_connections_are_counted_for_every_process(postgres_house: House) -> None:
    """Those whose lease runs, two here; one whose lease is over counts no more. Both numbers are told."""
    postgres_house.line("duka")
    gateway = (await postgres_house.start()).gateway
    assert gateway is not None
    for name, ends in (("other", _NOW + " + 60000000"), ("gone", "1")):
        await gateway.store.write(lambda tx, name=name, ends=ends: tx.run(_BESIDE.format(name, ends)))

    _, found, _ = await examined(postgres_house)

    assert "2 processes of a gateway take up to 46 (23 each)" in found["connections"].detail


def test_a_spool_that_is_not_empty(tmp_path: Path) -> None:
    """Webhooks that wait are told, with their bytes."""
    assert work.spooled(tmp_path).detail == "empty"
    (tmp_path / "webhooks.spool").write_bytes(b"x" * 10)
    assert work.spooled(tmp_path).detail.startswith("10 bytes")


def test_the_page_lists_every_check() -> None:
    """docs/doctor.md and the catalogue agree, word for word."""
    rows = re.findall(r"^\| `(.+?)` \| (.*?) \| (.*?) \| (.*?) \|$", DOC.read_text(), re.MULTILINE)
    assert rows == [
        (
            each.name,
            each.group + (", `--online`" if each.online else ""),
            each.wrong or "–",
            each.warns or "–",
        )
        for each in CHECKS
    ]
