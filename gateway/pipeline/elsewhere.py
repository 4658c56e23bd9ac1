"""What a turn can do beyond its own conversation: write in another one, make a link to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from gateway.consent.change import Change, State
from gateway.consent.change import Purpose as Agreed
from gateway.consent.record import states
from gateway.errors import SendRefused
from gateway.facts import Parked
from gateway.model.inside import Woke
from gateway.pipeline.wakes import inside_event

if TYPE_CHECKING:
    from gateway.language.words import Words
    from gateway.pipeline.around import Around
    from gateway.pipeline.effects import Effects
    from gateway.pipeline.records import OpenEvent
    from gateway.pipeline.turn import Turn


class Elsewhere:
    """A part of `Turn`."""

    if TYPE_CHECKING:
        opened: OpenEvent
        plugin: str
        around: Around

        @property
        def words(self) -> Words: ...

        effects: Effects

        def beside(self, opened: OpenEvent) -> Turn: ...

        def _check(self) -> None: ...

    async def drop(self, parked: Parked) -> bool:
        """End a flow of the plugin's own that was put aside."""
        self._check()
        return await self.around.flows.drop(cast("Turn", self), parked)

    def link(self, route: str, value: Any, seconds: float) -> str:
        """The address of a public page of the plugin, which carries *value*."""
        return self.around.link(self.plugin, self.opened.tenant, route, value, seconds, self.words.language)

    def agree(self, purpose: Agreed, state: State, proof: str) -> None:
        """Keep what the contact said about *purpose* for the commit."""
        self._check()
        opened = self.opened
        if not opened.contact:
            raise SendRefused("this belongs to no contact, so nobody agrees to anything")
        channel = opened.channel.id if opened.channel is not None else ""
        self.effects.consents.append(
            Change(opened.tenant, opened.contact, purpose, state, "plugin", proof, channel)
        )

    async def consents(self) -> dict[Agreed, State]:
        """What the contact said last, in this very turn too."""
        self._check()
        tenant, contact = self.opened.tenant, self.opened.contact
        known = await self.around.store.scope(tenant).read(lambda tx: states(tx, tenant, [contact]))
        said = (each for each in self.effects.consents if each.contact == contact)
        return known[contact] | {each.purpose: each.state for each in said}

    async def reach(self, conversation: str) -> Turn:
        """A desk in *conversation*, with the effects and the database of this one. Raises `SendRefused` when
        the tenant has no such conversation."""
        around, tenant = self.around, self.opened.tenant
        now = around.clock.now()
        woke = Woke(self.plugin, "", "resume", "", now)
        there = await around.store.scope(tenant).read(
            lambda tx: inside_event(tx, around.channels, tenant, conversation, woke, now)
        )
        if not there.conversation or there.channel is None:
            raise SendRefused(f"there is no conversation {conversation!r} of this tenant to write in")
        return self.beside(replace(there, id=self.opened.id, received_at=self.opened.received_at))
