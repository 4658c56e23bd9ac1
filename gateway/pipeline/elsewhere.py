"""What a turn can do beyond its own conversation: write in another one, make a link to a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gateway.errors import SendRefused
from gateway.model.inside import Woke
from gateway.pipeline.wakes import inside_event

if TYPE_CHECKING:
    from gateway.language.words import Words
    from gateway.pipeline.around import Around
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

        def beside(self, opened: OpenEvent) -> Turn: ...

    def link(self, route: str, value: Any, seconds: float) -> str:
        """The address of a public page of the plugin, which carries *value*."""
        return self.around.link(self.plugin, self.opened.tenant, route, value, seconds, self.words.language)

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
