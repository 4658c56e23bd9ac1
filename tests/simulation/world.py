"""The whole of a simulation: processes, a database, a provider, contacts; what may be done to them, and what
they did. Everything that is decided by chance is decided by the seed."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Coroutine
from typing import Any

import msgspec

from gateway.model.event import Event, Identity, MessageReceived, Person
from gateway.model.inbound import Text
from gateway.model.outbound import Text as Said
from gateway.pipeline.enqueue import Order
from tests.simulation.member import NUMBERS, Member, Pokes
from tests.simulation.provider import TROUBLE, Servers
from tests.simulation.reality import virtual
from tests.simulation.store import Database

_encode = msgspec.json.Encoder().encode

#: How long a provider waits for the answer to a webhook.
PATIENCE = 5.0


class Inbound(msgspec.Struct):
    """A message of a contact on its way in. *tried* is when it was first sent, *acked* when 200 came."""

    text: str
    number: str
    contact: str
    tried: float
    acked: float = 0.0
    copies: int = 0


class World:
    """One simulation. Made by a seed; all its methods take numbers, so that a list of calls is a script."""

    def __init__(self, seed: int, members: int = 1) -> None:
        self.seed, self.size = seed, members
        shards = random.Random(f"{seed} shards").choice((8, 8, 16, 64))  # with few, less time is spent idle
        self._reality = virtual(random.Random(f"{seed} ids"), shards)
        self.loop = self._reality.__enter__()
        self._hash = hashlib.blake2b(digest_size=8)
        self.lines: list[str] = []
        self.keep_lines = False
        self.database = Database(self.loop, random.Random(f"{seed} database"))
        self.servers = Servers(self.loop, random.Random(f"{seed} provider"), self.database)
        self.servers.tell = self._told
        self.servers.trace = self.database.trace = self.trace
        self._dice = random.Random(f"{seed} world")
        pokes = random.Random(f"{seed} pokes")
        self.pokes = Pokes(self.database, pokes) if members > 1 else None
        self.members: list[Member] = []
        self.inbound: list[Inbound] = []
        self.orders: dict[str, tuple[str, str, float, float]] = {}
        #: Texts that were refused when they were asked for again: the first time may come to an end later.
        self.unanswered: set[str] = set()
        self.pending = 0
        self.crashes = 0
        self.plugin_waits = 0.0
        self._made = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._do(self._begin())

    async def _begin(self) -> None:
        for _ in range(self.size):
            self._spawn(self._live(self._new()))

    def close(self) -> None:
        """Let go of everything."""
        self.loop.finish()
        self.database.close()
        self._reality.__exit__(None, None, None)

    def trace(self, *what: object) -> None:
        """Note what happened: equal seeds have equal notes."""
        line = f"{self.loop.now:.6f} " + " ".join(map(str, what))
        self._hash.update(line.encode())
        if self.keep_lines:
            self.lines.append(line)

    def digest(self) -> str:
        """The whole run in sixteen digits."""
        self._hash.update(f"{self.loop.turns} {self.loop.now} {self.database.commits}".encode())
        return self._hash.hexdigest()

    # -- what may happen

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._do(asyncio.sleep(seconds))

    def say(self, contact: int, number: int, copies: int = 1) -> None:
        """A contact writes; the provider sends the webhook *copies* times at about the same time."""
        self._made += 1
        key = sorted(NUMBERS)[number % len(NUMBERS)]
        who = f"+25470000000{contact % 10}"
        message = Inbound(f"m{self._made}", key, who, 0.0)
        self.inbound.append(message)
        event = MessageReceived(
            key, f"wamid.in.{self._made}", Person((Identity("phone", who),), "Amina"), Text(message.text),
            self.loop.wall(),
        )  # fmt: skip
        self.trace("say", message.text, who, key, copies)
        for _ in range(copies):
            self._spawn(self._deliver(key, event, message))

    def order(self, contact: int, number: int) -> None:
        """Somebody sends through the API, and repeats it with the same key until it is answered."""
        self._made += 1
        self._spawn(
            self._ask(f"a{self._made}", f"+25470000000{contact % 10}", sorted(NUMBERS)[number % len(NUMBERS)])
        )

    def crash(self, member: int) -> None:
        """`kill -9`; somebody starts another process soon."""
        if (hit := self._pick(member)) is not None:
            self.crashes += 1
            self._kill(hit)

    def pause(self, member: int, seconds: float) -> None:
        """SIGSTOP, and SIGCONT after *seconds*."""
        hit = self._pick(member)
        if hit is not None and hit.state == "running":
            self.trace("pause", hit.name, round(seconds, 3))
            hit.process.state = "paused"
            self.database.later(seconds, self._continue, hit)
            self.database.later(0.3, self._hang_up, hit)

    def leave(self, member: int) -> None:
        """A clean end; another process starts in its place."""
        hit = self._pick(member)
        if hit is not None and hit.serves and hit.state == "running":
            self.trace("leave", hit.name)
            hit.leaving = True
            self._spawn(self._end(hit))

    def join(self) -> None:
        """One process more."""
        if self.size > 1 and len(self.members) < self.size + 2:
            self._spawn(self._live(self._new()))

    def away(self, seconds: float) -> None:
        """The database is away for a while."""
        self.trace("away", round(seconds, 3))
        self.database.away_until = self.loop.now + seconds

    def shaky(self, refuses: float, loses: float, crosses: float, slow: float) -> None:
        """How often the database fails, from now on. The answer to a commit is lost on the way, and a
        process alone has its database with it: there a lost answer is a refusal."""
        base = self.database
        if self.size == 1:
            refuses, loses, crosses = refuses + loses, 0.0, 0.0
        base.refuses, base.loses, base.crosses, base.slow = refuses, loses, crosses, slow

    def trouble(self, share: float) -> None:
        """How bad the provider is, from now on: 0 is well, 1 is `TROUBLE`."""
        self.servers.trouble = {name: rate * share for name, rate in TROUBLE.items()} if share else {}

    def deaf(self, seconds: float) -> None:
        """Plugins take their time, from now on."""
        self.plugin_waits = seconds

    def heal(self) -> None:
        """Everybody is well again."""
        self.database.heal()
        self.trouble(0.0)
        self.plugin_waits = 0.0
        for member in self.members:
            self._continue(member)

    # -- how it happens

    def _do(self, work: Coroutine[Any, Any, Any]) -> None:
        self.loop.run_until_complete(work)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _pick(self, member: int) -> Member | None:
        alive = [each for each in self.members if each.state != "crashed"]
        return alive[member % len(alive)] if alive else None

    def _new(self) -> Member:
        self._made += 1
        member = Member(f"p{self._made}", self.loop, self.database, self.servers, self.pokes, self._waits)
        self.members.append(member)
        return member

    def _waits(self) -> float:
        return self._dice.random() * self.plugin_waits

    async def _live(self, member: Member) -> None:
        """Start; a start that fails is another process's turn."""
        self.trace("start", member.name)
        task = member.run(member.start())
        await asyncio.wait({task}, timeout=30.0)
        if member.state != "crashed" and (not task.done() or task.exception() is not None):
            self.trace("not started", member.name, task.done() and type(task.exception()).__name__)
            self._kill(member)

    def _kill(self, member: Member) -> None:
        self.trace("crash", member.name)
        member.process.state = "crashed"
        self.database.cut(member.process)
        self.members.remove(member)
        if len(self.members) < self.size:
            self._spawn(self._restart())

    async def _restart(self) -> None:
        await asyncio.sleep(self._dice.uniform(0.01, 1.0))
        await self._live(self._new())

    def _hang_up(self, member: Member) -> None:
        if member.state == "paused":
            self.database.cut(member.process)

    def _continue(self, member: Member) -> None:
        if member.state == "paused":
            self.trace("continue", member.name)
            self.loop.continue_(member.process)

    async def _end(self, member: Member) -> None:
        task = member.run(member.leave())
        await asyncio.wait({task}, timeout=60.0)
        if member.state != "crashed":
            self.trace("left", member.name, task.done())
            self._kill(member)

    async def _somebody(self) -> Member:
        while True:
            serving = [each for each in self.members if each.serves]
            if serving:
                return self._dice.choice(serving)
            await asyncio.sleep(0.1)

    def _told(self, number: str, event: Event) -> None:
        self._spawn(self._deliver(number, event, None))

    async def _deliver(self, number: str, event: Event, message: Inbound | None) -> None:
        """A webhook, until it is answered 200."""
        self.pending += 1
        body = _encode([event])
        while True:
            member = await self._somebody()
            if message is not None and not message.tried:
                message.tried = self.loop.now
            task = member.run(member.receive(number, body))
            done, _ = await asyncio.wait({task}, timeout=PATIENCE)
            if done and not task.cancelled() and task.exception() is None and task.result() == 200:
                break
            await asyncio.sleep(self._dice.uniform(0.05, 1.0))
        self.pending -= 1
        if message is not None:
            message.acked = message.acked or self.loop.now
            self.trace("acked", message.text, member.name)

    async def _ask(self, text: str, to: str, number: str) -> None:
        """An order through the API, until it is answered."""
        self.pending += 1
        began, unknown = 0.0, False
        while True:
            member = await self._somebody()
            began = began or self.loop.now
            task = member.run(self._enqueue(member, text, to, number))
            done, _ = await asyncio.wait({task}, timeout=PATIENCE)
            if done and not task.cancelled():
                if task.exception() is None:
                    self.orders[text] = (to, number, began, self.loop.now)
                    break
                if type(task.exception()).__name__ == "WindowClosed":
                    if unknown:
                        self.unanswered.add(text)
                    break
            unknown = True
            await asyncio.sleep(self._dice.uniform(0.05, 1.0))
        self.pending -= 1
        self.trace("ordered", text)

    async def _enqueue(self, member: Member, text: str, to: str, number: str) -> bytes:
        assert member.line is not None
        channel = member.line._channels.get(*NUMBERS[number])
        assert channel is not None
        return await member.line.enqueue.send(Order(channel, to, Said(text), text, text.encode()))
