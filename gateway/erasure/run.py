"""An erasure, step by step: each piece is a transaction of its own that also says how far it is.

It goes through all steps again until one round finds nothing more, for while it works the gateway works
too. The contact itself goes last, in the transaction that says that it is done: until then whoever starts
again finds everything that is left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from gateway.audit import GATEWAY, note
from gateway.erasure import found, known, said, stop
from gateway.erasure.personal import Personal
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Erasure
from gateway.erasure.speak import Speaker
from gateway.erasure.who import who_of
from gateway.erasure.work import Around, Next, Work
from gateway.feed import note as feed
from gateway.observe import get_logger
from gateway.store.port import Tx

log = get_logger("gateway.erasure")

Step = Callable[[Work], Awaitable[Next]]

#: Seconds that the last word gets to arrive.
FAREWELL = 60.0
#: Rounds after which it ends, unless something is in a conversation still: somebody keeps writing in the
#: contact's name elsewhere.
ROUNDS = 8
#: Seconds of rest after a piece that did much, so that others are served.
REST = 0.005

DONE = "We have erased what we knew of you. If you write to us again, you are somebody new to us."


class Erasing:
    """Carries one erasure on. Everything that is kept between two calls is in the database, but for what it
    has learned, which is learned again."""

    def __init__(self, around: Around, personal: Personal, speaker: Speaker | None = None) -> None:
        self._around, self._speaker = around, speaker
        self._works: dict[str, Work] = {}
        self._steps: Mapping[str, Step] = {
            "names": stop.names,
            "stop": stop.stop,
            "plugins": personal.erase,
            "read": said.read,
            "files": said.files,
            "found": found.loose,
            "events": found.events,
            "journal": found.journal,
            "messages": said.messages,
            "farewell": self._farewell,
            "known": known.known,
        }

    async def carry_on(self, row: Erasure) -> bool:
        """Do what can be done now; whether the erasure is done."""
        work = self._works.get(row.id)
        if work is None:
            who = await self._around.store.scope(row.tenant).read(lambda tx: who_of(tx, row))
            work = self._works[row.id] = Work(self._around, row, who)
            if row.step not in self._steps:
                row.step = "names"  # another version's word
            if row.step in ("files", "found", "events", "journal"):
                row.step = "read"  # what a process that is gone had learned is learned again
        try:
            while (came := await self._piece(work)) is not Next.LATER:
                if came is Next.DONE and await self._on(work):
                    del self._works[row.id]
                    return True
                await asyncio.sleep(REST)
        except BaseException:
            self._works.pop(row.id, None)
            raise
        return False

    async def _piece(self, work: Work) -> Next:
        return await self._steps[work.row.step](work)

    async def _on(self, work: Work) -> bool:
        """Go to the next step, or the next round; whether all is done."""
        names, row = list(self._steps), work.row
        place = names.index(row.step) + 1
        if place == len(names):
            if row.round >= ROUNDS or (row.round > 1 and not work.changed):
                try:
                    return await self._end(work)
                except known.Late:
                    log.info("erasure.again", tenant=row.tenant, erasure=row.id, rounds=row.round)
            row.round, place, work.changed = row.round + 1, 0, 0
        row.step = names[place]
        await work.note("")
        return False

    async def _farewell(self, work: Work) -> Next:
        """Say that it is done, as the last message, and wait until it is with the provider: then it goes
        too."""
        told, row = work.row.told, work.row
        if told is None or row.round > 1 or self._speaker is None:
            return Next.DONE
        if not row.mark:
            sent = await self._speaker.say(row.tenant, row.contact, told, DONE)
            if not sent:
                return Next.DONE
            await work.note(sent)
        fared = await work.one(ERASURE["last_word"], message=row.mark)
        arrived = fared is not None and fared["status"] in ("delivered", "read", "failed", "cancelled")
        return Next.DONE if arrived or not work.waits(FAREWELL) else Next.LATER

    async def _end(self, work: Work) -> bool:
        """The contact goes, and it is said that it is done."""
        row, now = work.row, self._around.clock.now()

        async def unit(tx: Tx) -> None:
            gone = await known.contact(tx, work)
            digest = await tx.one(ERASURE["one"], tenant=row.tenant, id=row.id)
            done = await tx.each(
                ERASURE["finish"],
                [{"tenant": row.tenant, "id": row.id, "removed": row.removed + gone, "now": now}],
            )
            if not done or digest is None:
                return
            await feed.write(tx, [feed.contact_changed(row.tenant, row.contact, ["erased"], now)])
            await note(
                tx, GATEWAY, row.tenant, "contact.erased", f"erasure:{row.id}", now, digest=digest["digest"],
                rows=row.removed + gone, rounds=row.round,
            )  # fmt: skip

        await self._around.store.scope(row.tenant).write(unit)
        log.info("erasure.done", tenant=row.tenant, erasure=row.id, rows=row.removed, rounds=row.round)
        return True
