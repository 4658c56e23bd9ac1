"""The gateway as a process: signals, kills, second copies, the command line, and what its log says."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import ANA, BEN, ECHO, House, change, sign, text_message, until, webhook

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "SENTRY_DSN": ""}


class Process:
    """`gateway serve` for a house, at the port that it printed."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.log = house.folder / "stderr.log"
        self.url = ""
        self._child: asyncio.subprocess.Process | None = None

    async def start(self, *options: str) -> None:
        """Start it with *options*, and aim the simulators at it."""
        for line in self.house.lines.values():
            if not line.sim.api_base:
                await line.sim.start()
        self.house.write()
        offset = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "gateway", "serve", "--config", str(self.house.config), *options,
                stdout=log, stderr=log, env=ENVIRONMENT, cwd=self.house.folder,
            )  # fmt: skip
        self.url = await until(lambda: self._ready(offset), "gateway.ready in the log", within=60)
        for line in self.house.lines.values():
            line.sim.webhook_url = f"{self.url}/webhooks/meta_cloud/{line.channel}"

    def _ready(self, offset: int) -> str:
        text = self.log.read_bytes()[offset:].decode()
        assert self._child is not None
        assert self._child.returncode is None, text
        for row in text.splitlines():
            told = json.loads(row) if row.startswith("{") else {}
            if told.get("event") == "gateway.ready":
                return str(told["url"])
        return ""

    async def end(self, number: int) -> int:
        """Send a signal and wait; the exit code."""
        assert self._child is not None
        if self._child.returncode is None:
            self._child.send_signal(number)
        return await asyncio.wait_for(self._child.wait(), 20)


@pytest.fixture
async def process(house: House) -> AsyncIterator[Process]:
    """The house's process, not started; killed at the end if it is still there."""
    made = Process(house)
    yield made
    if made._child is not None and made._child.returncode is None:
        await made.end(signal.SIGKILL)


async def command(house: House, *words: str) -> tuple[int, str]:
    """Run `gateway WORDS`: the exit code and all that it printed."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway", *words, "--config", str(house.config), env=ENVIRONMENT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(child.communicate(), 30)
    return child.returncode or 0, out.decode()


async def test_sigterm_drains(house: House, process: Process) -> None:
    """SIGTERM in the middle of a send: the send ends, exit code 0, and the next start finds nothing open."""
    sim = house.line()
    sim.delay = 0.6
    await process.start()
    await sim.says(ANA, "in flight")
    await until(lambda: _open(house) == ["sending"], "the send is under way")
    assert await process.end(signal.SIGTERM) == 0
    assert [m.text for m in sim.inbox(ANA)] == ["in flight"]
    assert _open(house) == []
    await process.start()
    assert "recover.unclean" not in process.log.read_text()
    sim.delay = 0.0
    await sim.says(ANA, "after")
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["in flight", "after"]
    assert await process.end(signal.SIGTERM) == 0


def _open(house: House) -> list[str]:
    import sqlite3
    from contextlib import closing

    path = house.urls.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        return [row[0] for row in reader.execute("select state from outbox")]


async def test_kill_minus_nine(house: House, process: Process) -> None:
    """Killed between the 200 and the answer: after the next start everything is answered, once."""
    house.plugin("slow", "import asyncio\nfrom gateway import hook\n\n@hook.on_message\n"
                 "async def slow(message, chat):\n    await asyncio.sleep(0.5)\n"
                 "    await chat.say(message.text)\n")  # fmt: skip
    sim = house.line("duka", "slow")
    await process.start()
    await sim.says(ANA, "one")
    await sim.says(ANA, "two")
    await sim.says(BEN, "three")
    await process.end(signal.SIGKILL)
    assert sim.accepted == []
    await process.start()
    await sim.wait_for(BEN, 1, timeout=30)
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=30)] == ["one", "two"]
    assert await process.end(signal.SIGTERM) == 0
    assert len(sim.accepted) == 3


async def test_a_second_gateway_on_the_same_file(house: House, process: Process) -> None:
    """A second process on the same SQLite file refuses, and says why; the first is not disturbed."""
    sim = house.line()
    await process.start()
    code, said = await command(house, "serve")
    assert code != 0
    assert "gateway.db" in said
    assert "Traceback" not in said
    await sim.says(ANA, "still here")
    await sim.wait_for(ANA, 1)


async def test_a_key_made_while_it_serves(house: House, process: Process) -> None:
    """`gateway key create` prints the key on its last line while serve runs; it opens the API at once."""
    house.line()
    await process.start()
    code, said = await command(house, "key", "create", "--tenant", "duka")
    assert code == 0, said
    key = said.rstrip("\n").splitlines()[-1]
    assert key.startswith("gw_")
    headers = {"Authorization": f"Bearer {key}"}
    async with house.session.get(process.url + "/api/v1/messages", headers=headers) as answer:
        assert answer.status == 200


CANARIES = "a canary in the text", ANA[1:], "the-app-secret-canary", "an-access-token-canary"
LEAKY = """\
from gateway import hook

@hook.on_message
async def leak(message, chat):
    if message.text.startswith("fail"):
        raise RuntimeError(f"cannot handle {message.text!r} of {chat.contact.address}")
    await chat.say(message.text)
"""


async def test_the_log_keeps_secrets(house: House, process: Process) -> None:
    """Whatever happens, neither texts, numbers, tokens nor secrets are in what the process prints."""
    house.plugin("leaky", LEAKY)
    sim = house.line("duka", "leaky")
    sim.app_secret, sim.access_token = CANARIES[2], CANARIES[3]
    await process.start()
    await sim.says(ANA, CANARIES[0])
    await sim.wait_for(ANA, 1)
    await sim.says(ANA, f"fail with {CANARIES[0]}")
    sim.unreachable = {ANA}
    await sim.says(ANA, f"unreachable {CANARIES[0]}")
    url = process.url + "/webhooks/meta_cloud/duka-main"
    told = text_message(ANA, CANARIES[0], "wamid.x")
    told["messages"].append([CANARIES[0], ANA])
    for body in (
        webhook(change(sim, told), [CANARIES[0], ANA[1:]]),
        webhook(change(sim, text_message(ANA, CANARIES[0], "wamid.y"), number="999")),
        f"not json {CANARIES[0]} {ANA}".encode(),
        f'{{"object": "{CANARIES[0]}", "entry": "{ANA}"}}'.encode(),
    ):
        headers = {"X-Hub-Signature-256": sign(sim.app_secret, body)}
        async with house.session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200
        async with house.session.post(url, data=body, headers={"Authorization": CANARIES[3]}) as answer:
            assert answer.status == 401
    sim.access_token = "another"
    await sim.says(ANA, f"paused {CANARIES[0]}")
    await until(lambda: "channel.paused" in process.log.read_text(), "the pause is logged")
    assert await process.end(signal.SIGTERM) == 0
    log = process.log.read_text()
    assert "plugin.failed" in log
    assert "parse.unreadable" in log
    for canary in (*CANARIES, "canary"):
        rows = [row[:500] for row in log.splitlines() if canary in row]
        assert rows == [], canary
    for row in log.splitlines():
        assert set(json.loads(row)) >= {"ts", "level", "event"}


async def test_replay_on_the_command_line(house: House, process: Process) -> None:
    """`gateway replay ID` shows, --apply does it, while serve runs."""
    house.plugin(
        "echo", "raise_now = True\n" + ECHO.replace("    await", "    assert not raise_now\n    await")
    )
    sim = house.line("duka", "echo")
    await process.start()
    await sim.says(ANA, "hello")
    [(letter,)] = await until(lambda: house.rows("select id from dead"), "a dead letter")
    code, said = await command(house, "replay", letter)
    assert code == 0, said
    assert "nothing was changed" in said
    assert "raised AssertionError" in said
    assert "plugin 'echo' handles the event once more" in said
    assert await process.end(signal.SIGTERM) == 0
    house.plugin("echo", ECHO)
    await process.start()
    code, said = await command(house, "replay", letter, "--apply")
    assert (code, "applied" in said) == (0, True), said
    assert [m.text for m in await sim.wait_for(ANA, 1, timeout=30)] == ["hello"]
    code, said = await command(house, "replay", "0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44")
    assert code == 1
