"""Who acts on an order, and with what: the same acts are done from a chat, the API, a job, a webhook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from gateway import ApiRequest, Chat, Db, JobContext
from plugins.commerce.common.ids import micros
from plugins.commerce.orders.states import Who
from plugins.commerce.settings import Settings


class Hand(Struct, frozen=True):
    """*who* decides what may be done, *actor* is written into the timeline. *now* is microseconds UTC.
    *emit* takes an event and its key. *reach* gives a chat in a conversation; None where nothing can be
    said, as in jobs and commands: what is to be told is told soon after."""

    who: Who
    actor: str
    db: Db
    now: int
    settings: Settings
    emit: Callable[[Struct, str], None]
    reach: Callable[[str], Awaitable[Chat]] | None = None


def of_chat(chat: Chat, who: Who = "customer", actor: str = "customer") -> Hand:
    """Somebody acts by a message, an event or a webhook."""
    return Hand(who, actor, chat.db, micros(chat.now), chat.settings, _teller(chat), chat.reach)


def of_request(request: ApiRequest, actor: str = "") -> Hand:
    """Somebody of the shop acts over the API."""
    now = micros(request.now)
    return Hand("shop", actor or "shop", request.db, now, request.settings, _teller(request), request.reach)


def of_job(job: JobContext) -> Hand:
    """Time acts. What it does to one order stands in a block of ``job.db.begin()``."""
    return Hand("system", "system", job.db, micros(job.now), job.settings, _teller(job))


def _teller(who: Chat | ApiRequest | JobContext) -> Callable[[Struct, str], None]:
    def tell(event: Struct, key: str) -> None:
        who.emit(event, key=key)

    return tell
