"""A restore to an earlier moment under load: the backup is taken in the middle of the traffic, the gateway
goes on, is killed, its database destroyed, restored and started again. Every text names what it answers, so
that a text that the provider took twice was sent twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.demo.ports import free_port
from tests.backup.places import pg_bin
from tests.faults.conversation import Installation
from tests.faults.databases import Server
from tests.faults.judge import Report
from tests.faults.process import GatewayProcess
from tests.faults.site import Database
from tests.support.house import House
from tests.support.postgres import Urls, drop_database, make_database

Say = Callable[[str], None]

#: Answers to "n K": a reply, sometimes a job's word, sometimes a flow whose question nobody answers in time.
TALKER = """\
from gateway import Chat, FlowTimeout, Handled, JobContext, Message, flow, hook, job


@job
async def remind(job: JobContext, number: str) -> None:
    chat = await job.chat()
    await chat.say(f"job {number}")


@flow
async def asks(chat: Chat, number: str) -> None:
    try:
        answer = await chat.ask("answer", f"question {number}", timeout=WAIT)
        await chat.say(f"thanks {answer}")
    except FlowTimeout:
        await chat.say(f"timeout {number}")


@hook.on_message
async def talk(message: Message, chat: Chat) -> Handled | None:
    word, _, number = message.text.partition(" ")
    if word != "n":
        return None
    if int(number) % 5 == 0:
        await chat.start(asks, number)
        return Handled
    await chat.say(f"reply {number}")
    if int(number) % 3 == 0:
        chat.enqueue(remind.at(chat.now + WAIT), number)
    return Handled
"""


@dataclass(frozen=True)
class RestorePlan:
    """*seconds* of traffic before the backup, between it and the crash, and after the restore; *wait* is when
    jobs, timeouts and scheduled messages are due, in seconds."""

    seed: int
    seconds: float = 4.0
    contacts: int = 30
    rate: float = 20.0
    kills: int = 2
    wait: float = 3.0


class Drill:
    """One run."""

    def __init__(
        self, at: Installation, process: GatewayProcess, plan: RestorePlan, server: Server | None
    ) -> None:
        self._at, self._process, self._plan, self._server = at, process, plan, server
        self._random = random.Random(f"restore {plan.seed}")
        self._sim: Any = at.house.sim
        self._number, self._key = 0, ""
        self.backup = at.folder / "one.gwbackup"

    async def start(self) -> None:
        """Start the gateway."""
        self._process.start()
        await self._process.ready(self._at.house.session, 60)

    async def key(self) -> None:
        """A key for the API."""
        words = ("key", "create", "--tenant", "duka", "--json")
        made = json.loads(await asyncio.to_thread(self._process.run, *words))
        self._key = made["key"]

    async def traffic(self, seconds: float) -> range:
        """Contacts write, and the business does; the numbers that were used."""
        first, until = self._number, time.monotonic() + seconds
        tasks = []
        while time.monotonic() < until:
            self._number += 1
            tasks.append(asyncio.create_task(self._one(self._number)))
            await asyncio.sleep(self._random.expovariate(self._plan.rate))
        await asyncio.gather(*tasks)
        return range(first + 1, self._number + 1)

    async def _one(self, number: int) -> None:
        contact = f"+2547000000{number % self._plan.contacts:02d}"
        await self._sim.says(contact, f"n {number}")
        if number % 4 == 0:
            later = number % 8 == 0
            at = (datetime.now(UTC) + timedelta(seconds=self._plan.wait)).isoformat() if later else None
            body: dict[str, Any] = {"channel": "duka-main", "to": contact} | ({"send_at": at} if at else {})
            body |= {"message": {"type": "text", "text": f"{'later' if later else 'api'} {number}"}}
            headers = {"Authorization": f"Bearer {self._key}"}
            url = f"{self._at.url}/api/v1/messages"
            for _ in range(100):  # the contact's message has to be parsed first
                async with self._at.house.session.post(url, json=body, headers=headers) as answer:
                    if answer.status == 202:
                        return
                await asyncio.sleep(0.1)
            raise AssertionError(f"the message {number} was never taken")

    def texts(self) -> Counter[str]:
        """What the provider took, by its text."""
        return Counter(str(each.body.get("text", {}).get("body", "")) for each in self._sim.accepted)

    def killed(self, *command: str) -> None:
        """Run a command and `kill -9` it somewhere in its middle."""
        words = [sys.executable, "-m", "gateway", *command, "--config", str(self._at.config)]
        child = subprocess.Popen(
            words, cwd=self._at.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            child.wait(self._random.uniform(0.2, 1.0))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def destroy(self) -> None:
        """The database is gone."""
        if self._server is None:
            path = Path(self._at.house.urls.url.removeprefix("sqlite:///"))
            for each in path.parent.glob(path.name + "*"):
                each.unlink()
            return
        name = urlsplit(self._at.house.urls.url).path.lstrip("/")
        drop_database(self._server.server, name)
        make_database(self._server.server, name, migrated=False)

    async def held(self) -> list[dict[str, Any]]:
        """What `gateway restored list` shows."""
        words = ("restored", "list", "--last", "1000", "--json")
        found: list[dict[str, Any]] = json.loads(await asyncio.to_thread(self._process.run, *words))["held"]
        return found

    async def quiet(self, least: float, most: float = 90.0) -> None:
        """Wait until nothing more is sent for *least* seconds."""
        count, since, began = -1, time.monotonic(), time.monotonic()
        while time.monotonic() - since < least and time.monotonic() - began < most:
            if (now := len(self._sim.accepted)) != count:
                count, since = now, time.monotonic()
            await asyncio.sleep(0.1)

    async def run(self, say: Say) -> Report:
        """All of it."""
        plan = self._plan
        await self.start()
        await self.key()
        # Some are being sent when the backup is taken, and what became of them is told after the restore.
        self._sim.hold_answers, self._sim.status_delay = 0.4, 2 * plan.seconds
        before = asyncio.create_task(self.traffic(2 * plan.seconds))
        await asyncio.sleep(plan.seconds)
        for _ in range(plan.kills // 2):
            await asyncio.to_thread(self.killed, "backup", str(self.backup))
            self.backup.unlink(missing_ok=True)
        told = await asyncio.to_thread(self._process.run, "backup", str(self.backup))
        say(told.splitlines()[0])
        old = await before
        self._process.kill()
        self.destroy()
        lost = self.texts()
        for _ in range(plan.kills - plan.kills // 2):
            await asyncio.to_thread(self.killed, "restore", str(self.backup), "--replace", "--yes")
        answer = await asyncio.to_thread(self._restored)
        say(answer.splitlines()[0])
        await self.start()
        new = await self.traffic(plan.seconds)
        await self.quiet(plan.wait + 1.0)  # longer than anything is due later
        return await self._judge(lost, old, new)

    def _restored(self) -> str:
        """Restore; a restore that was killed when it was already done is there."""
        words = ("restore", str(self.backup))
        try:
            return self._process.run(*words)
        except Exception as error:
            if "is not empty" not in str(error):
                raise
            return "restored before it was killed"

    async def _judge(self, lost: Counter[str], old: range, new: range) -> Report:
        """Nothing was sent twice, what is new was answered, and a person decides once."""
        settled = self.texts()
        held = await self.held()
        repeated = [f"{text}: {count} times" for text, count in settled.items() if count > 1]
        words = ("reply {}", "question {}", "thanks n {}")
        silent = [f"n {n}" for n in new if not any(settled[each.format(n)] for each in words)]
        missing = [each for each in held if not settled[each["words"]]]
        arrived = [each for each in held if settled[each["words"]]]
        await asyncio.gather(
            self._decide("release", missing),
            self._decide("release", missing),  # two persons at once
            self._decide("discard", arrived),
        )
        await self.quiet(1.5)
        at_last = self.texts()
        wrong = [
            f"{each['words']}: {at_last[each['words']]} times" for each in held if at_last[each["words"]] != 1
        ]
        verify = ("verify", "--all", "--json", "--settle", "1s")
        held_still, told = await asyncio.gather(
            self.held(), asyncio.to_thread(self._process.run, *verify, fine=(0, 1, 2))
        )
        left, checks = [each["words"] for each in held_still], json.loads(told)["checks"]
        broken = [f"{each['check']} {one['id']} {one['detail']}" for each in checks for one in each["broken"]]
        letters = await self._at.house.rows("select resolved_at from dead where reason = 'restored'")
        figures = {
            "messages of contacts before the crash": len(old),
            "and after the restore": len(new),
            "texts sent before the crash": sum(lost.values()),
            "texts sent at the end": sum(at_last.values()),
            "held, all in all": len(letters),
            "proved by statuses": len(letters) - len(held),
            "released by a person": len(missing),
            "discarded by a person": len(arrived),
        }
        return Report(
            figures,
            {
                "sent again unasked": repeated,
                "new messages without an answer": silent,
                "released or discarded, and not there once": wrong,
                "sent twice at the end": [f"{text}: {n}" for text, n in at_last.items() if n > 1],
                "held for ever": left,
                "gateway verify": broken,
            },
        )

    async def _decide(self, what: str, held: list[dict[str, Any]]) -> None:
        if held:
            ids = [each["id"] for each in held]
            await asyncio.to_thread(lambda: self._process.run("restored", what, *ids, fine=(0, 2)))


async def restore_run(
    folder: Path, database: Database, server: Server | None, plan: RestorePlan, say: Say
) -> Report:
    """One drill on *database*; of PostgreSQL's it is on *server*."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything runs
    house = House(folder, Urls(database.url, database.migrate_url, database.worker_url))
    wait = f"from datetime import timedelta\n\nWAIT = timedelta(seconds={plan.wait})\n"
    house.plugin("talker", wait + TALKER)
    house.sending = {"pair_burst": 1000, "number_rate": 1000, "loop_limit": 100_000}
    sim = house.line("duka", "talker")
    house._port = free_port()
    sim.retry_for = 30.0
    await sim.start()
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{pg_bin()}:{path}"
    try:
        house.write()
        url = f"http://127.0.0.1:{house._port}"
        at = Installation(house, folder, house.config, folder / "gateway.log", url)
        sim.webhook_url = f"{url}/webhooks/meta_cloud/{house.lines['duka'].channel}"
        process = GatewayProcess(at)  # type: ignore[arg-type]
        if server is not None:
            process.run("migrate")
        try:
            return await Drill(at, process, plan, server).run(say)
        finally:
            if process.alive:
                process.kill()
    finally:
        os.environ["PATH"] = path
        await house.close()
