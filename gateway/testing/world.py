"""A world for the tests of plugins: the real gateway, a provider's simulator, contacts, and a clock.

    async def test_order(world, ana):
        await ana.says("shop")
        assert await ana.sees("What would you like?")

Nothing is waited for: every act returns when the gateway has nothing left to do, and time goes by when the
test says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from gateway.hooks.failure import HookFailed
from gateway.hooks.handled import Handled
from gateway.simulator import Reading
from gateway.store.port import Row, Tx
from gateway.testing.contact import FILES, Contact, file_of
from gateway.testing.failures import Expected
from gateway.testing.outside import Outside
from gateway.testing.running import Where
from gateway.testing.shown import Shown
from gateway.testing.tables import Tables
from gateway.testing.watch import QUERIES

#: The levels of log lines that a failed test shows.
LOUD = frozenset({"warning", "error", "exception", "critical"})


class World(Outside):
    """What a test holds. The fixture `world` makes it."""

    def __init__(self, where: Where) -> None:
        super().__init__(where)
        self._contacts: dict[str, Contact] = {}
        #: Every message that reached a phone, in order.
        self.sent: list[Shown] = []
        #: The jobs that are open, as rows: name, args, state, due_at, attempt, ….
        self.jobs: list[Mapping[str, Any]] = []
        #: The dead letters, as rows: stage, plugin, reason, detail.
        self.dead: list[Mapping[str, Any]] = []
        self._arrived: dict[str, int] = {}

    def contact(self, phone: str = "", name: str = "") -> Contact:
        """Somebody with this number ("+254711000001"), or with one that nobody has yet."""
        phone = phone or f"+2547110000{len(self._contacts) + 10}"
        if phone not in self._contacts:
            name = name or phone
            self.sim.contact(phone, name=name)
            self._contacts[phone] = Contact(self, phone, name)
        return self._contacts[phone]

    @contextmanager
    def faults(self, **knobs: Any) -> Iterator[None]:
        """The provider misbehaves for a while: ``lose_answers=1.0``, ``refuse=1.0``, ``duplicate_webhooks=2``
        and the other knobs of its simulator."""
        for name in knobs:
            if not hasattr(self.sim, name):
                raise AttributeError(f"the simulator of {self.provider.name} has no knob {name!r}")
        before = {name: getattr(self.sim, name) for name in knobs}
        self._turn(knobs)
        try:
            yield
        finally:
            self._turn(before)

    def _turn(self, knobs: Mapping[str, Any]) -> None:
        for name, value in knobs.items():
            setattr(self.sim, name, value)

    def expects_failure(self) -> AbstractContextManager[Expected]:
        """In here plugins may fail, and one must: ``with world.expects_failure() as failures``."""
        return self._failures.expected()

    def db(self, tenant: str = "") -> Tables:
        """The tables of *tenant* (this world's, if left out), to look at and to fill."""
        return Tables(self.gateway.store.scope(tenant or self.tenant))

    def unanswered(self, reply_id: str) -> str:
        """What an author would write for a tap that nobody answered; "" when somebody did."""
        lines = (line for line in self.logs.named("tap.unanswered") if line.get("reply_id") == reply_id)
        return next((str(line["problem"]) for line in lines), "")

    def silence(self) -> str:
        """Why nobody answered the newest message."""
        plugins = ", ".join(self.plugins) or "none"
        ran = [f"{run.hook} of '{run.plugin}' {_returned(run.answer)}" for run in self._watched.ran]
        return f"The plugins are: {plugins}; {'; '.join(ran) or 'no hook ran'}."

    def report(self, already: str) -> Iterator[tuple[str, str]]:
        """What to show of a failed test, beyond what it says *already*."""
        for contact in self._contacts.values():
            if contact.transcript not in already and len(contact.transcript.splitlines()) > 1:
                yield f"{contact.name}'s phone", contact.transcript
        loud = [line for line in self.logs if line["level"] in LOUD or line["event"].startswith("job.")]
        if loud:
            yield "what the gateway logged", "\n".join(str(dict(line)) for line in loud)

    def content(self, kind: str, what: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The kind and the fields of what a contact sends; see `Contact.sends`."""
        named = [name for name in what if name in (*FILES, "location")]
        if kind or len(named) != 1:
            if not kind:
                raise TypeError(
                    f"sends takes one of {', '.join((*FILES, 'location'))}, or the name of a kind"
                )
            return kind, what
        [kind] = named
        given = what.pop(kind)
        if kind == "location":
            place = {} if given is True else {"latitude": given[0], "longitude": given[1]}
            return kind, {**place, **what}
        content, mime, filename = file_of(kind, given)
        stored = self.sim.store_inbound(content, what.pop("mime_type", mime), what.pop("filename", filename))
        return kind, {"media": stored, **what}

    async def read(self, phone: str) -> None:
        """The contact with this number reads all that came."""
        if not isinstance(self.sim, Reading):
            raise AssertionError(f"the simulator of {self.provider.name} tells no read receipts of its own")
        await self.sim.reads(phone)

    async def _look(self) -> None:
        """See what came to the phones, and what the gateway knows of it."""
        fresh = []
        for phone in self._contacts:
            inbox = self.sim.inbox(phone)
            for seen in inbox[self._arrived.get(phone, 0) :]:
                message = Shown(seen, phone)
                fresh.append(message)
            self._arrived[phone] = len(inbox)
        self.sent += fresh
        for message in fresh:
            self._contacts[message.phone].take(message)
        after = self.dead[-1]["id"] if self.dead else ""

        asked = [{"id": message.id} for message in self.sent if not message.settled]

        async def work(tx: Tx) -> list[Row]:
            self.jobs = [dict(row) for row in await tx.all(QUERIES["jobs"])]
            letters = [dict(row) for row in await tx.all(QUERIES["dead"], after=after)]
            self.dead += letters
            self._failures.letters(letters)
            return await tx.each(QUERIES["shown"], asked)

        rows = await self.gateway.store.scope(self.tenant).read(work)
        known = {row["provider_message_id"]: row for row in rows}
        channel = self.gateway.channels.get(self.tenant, self.channel)
        for message in self.sent:
            if message.id in known and channel is not None:
                await message.take(known[message.id], channel)


def _returned(answer: object) -> str:
    if isinstance(answer, HookFailed):
        return "failed"
    return f"returned {'Handled' if answer is Handled else repr(answer)}"
