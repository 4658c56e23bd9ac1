"""A last word to a contact, in the conversation in which it was asked for: a reply, whatever else is
suppressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Tell
from gateway.errors import SendRefused
from gateway.hooks.naming import HOUSE
from gateway.model.ids import new_id
from gateway.model.outbound import Text
from gateway.observe import get_logger
from gateway.pipeline.effects import add_messages
from gateway.pipeline.form import form, planned
from gateway.pipeline.outgoing import Destination, OutMessage, compose
from gateway.store.port import Row, Tx

if TYPE_CHECKING:
    from gateway.pipeline.line import Line

log = get_logger("gateway.erasure")

#: A reply may be sent for a day.
_DAY = 24 * 3600 * 1_000_000


class Speaker:
    """Says what the gateway says by itself when something that was asked for is done."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def say(self, tenant: str, contact: str, tell: Tell, text: str, **values: object) -> str:
        """Queue *text*, in the contact's language, with its *values*; the message's id. "" when the
        conversation or its channel is gone, or the channel refuses it."""
        store = self._line.around.store
        where = await store.scope(tenant).read(lambda tx: _where(tx, tenant, contact, tell.conversation))
        channel = self._line.around.channels.get(tenant, where["channel"]) if where is not None else None
        if where is None or channel is None:
            return ""
        facts = self._line.around.tenants(tenant)
        words = self._line.speech.words(HOUSE, facts, tell.language, where["address"])
        message, now = Text(words.t(text, **values)), self._line.around.clock.now()
        try:
            formed = await form(channel, message, planned, language=words.language)
        except SendRefused as refused:
            log.info("erasure.not_told", tenant=tenant, reason=refused.code)
            return ""
        to = Destination(channel, where["id"], contact, where["address"])
        identifier, kept = new_id(), list[OutMessage]()

        async def work(tx: Tx) -> None:
            out = compose(
                to, message, formed, "reply", identifier=identifier, origin=HOUSE, purpose="",
                deadline=now + _DAY, now=now,
            )  # fmt: skip
            kept[:] = [out]
            await add_messages(tx, kept, now)

        await store.scope(tenant).write(work)
        self._line.outbox.enqueue(part for out in kept for part in out.parts)
        return identifier


async def _where(tx: Tx, tenant: str, contact: str, conversation: str) -> Row | None:
    rows = await tx.all(ERASURE["conversations"], tenant=tenant, contact=contact)
    return next((row for row in rows if row["id"] == conversation), None)
