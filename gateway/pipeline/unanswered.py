"""Messages that nobody answered: logged once, with the handler that is missing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.errors import StoreError
from gateway.flows import taps
from gateway.hooks.advice import unanswered_message, unanswered_tap
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.model.menu import Menu
from gateway.observe import get_logger
from gateway.pipeline.effects import Effects
from gateway.pipeline.queries import MENU
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.steps import Step
from gateway.store.port import Store

log = get_logger("gateway.unanswered")

#: How many ids are told in a process's life: ids may be made of numbers, and there is no end of those.
MOST = 500
#: What an author would answer. A reaction or a system message may well be met with silence.
_ASKS = (inbound.Text, inbound.ButtonReply, inbound.ListReply)
_TAPS = (inbound.ButtonReply, inbound.ListReply)

_menu = msgspec.json.Decoder(Menu)


class Unanswered:
    """What one process has told already, by tenant."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._answered: set[str] = set()
        self._told: set[tuple[str, str]] = set()

    async def look(
        self, opened: OpenEvent, steps: Sequence[Step], handled: bool, left: Sequence[Effects]
    ) -> None:
        """*steps* have run for *opened*, and *left* something behind, or nothing."""
        event = opened.event
        if not isinstance(event, MessageReceived) or not isinstance(event.content, _ASKS):
            return
        if handled or any(effects.some for effects in left):  # what failed is no silence either, and was told
            self._answered.add(opened.tenant)
        elif not opened.plugins and not opened.done:  # what is run again was told the first time
            if isinstance(event.content, _TAPS):
                await self._tapped(opened, event.content)
            else:
                self._silent(opened, steps)

    async def _tapped(self, opened: OpenEvent, content: inbound.ButtonReply | inbound.ListReply) -> None:
        key = (opened.tenant, content.id)
        if key in self._told or len(self._told) >= MOST or taps.read(content.id) is not None:
            return  # told, or an option of a conversation that is over
        self._told.add(key)
        origin = await self._sender(opened, content.id)
        if origin == "api":  # whoever sends over the API hears of the tap by webhook
            return
        plugin = origin.removeprefix("plugin:")
        log.warning(
            "tap.unanswered", tenant=opened.tenant, plugin=plugin, reply_id=content.id,
            problem=unanswered_tap(content.id, content.title, plugin),
        )  # fmt: skip

    def _silent(self, opened: OpenEvent, steps: Sequence[Step]) -> None:
        asked = [name for name, calls in steps if any(call[0] == "on_message" for call in calls)]
        if not asked or opened.tenant in self._answered:
            return
        self._answered.add(opened.tenant)
        log.warning(
            "message.unanswered", tenant=opened.tenant, problem=unanswered_message(opened.tenant, asked)
        )

    async def _sender(self, opened: OpenEvent, reply_id: str) -> str:
        """Where the newest menu with *reply_id* came from ("plugin:shop", "api"); "" when nobody knows."""
        values = {"tenant": opened.tenant, "conversation": opened.conversation}
        try:
            rows = await self._store.read(lambda tx: tx.all(MENU["origins"], **values))
        except StoreError:
            return ""
        for row in rows:
            if any(option.id == reply_id for option in _menu.decode(row["menu"]).options):
                return str(row["origin"])
        return ""
