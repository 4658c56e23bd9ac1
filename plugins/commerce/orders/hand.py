"""Who acts on an order, and with what: the same acts are done from a chat, the API, a job, a webhook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from gateway import ApiRequest, Chat, Db, JobContext
from plugins.commerce.browse.tell import look_soon
from plugins.commerce.common.ids import micros
from plugins.commerce.orders.states import Who
from plugins.commerce.settings import Settings


class Hand(Struct, frozen=True):
    """*who* decides what may be done, *actor* is written into the timeline. *now* is microseconds UTC.
    *emit* takes an event and its key. *reach* gives a chat in a conversation; None where nothing can be
    said, as in jobs and commands: what is to be told is told soon after. *back* is told of which variants
    there is more again."""

    who: Who
    actor: str
    db: Db
    now: int
    settings: Settings
    emit: Callable[[Struct, str], None]
    reach: Callable[[str], Awaitable[Chat]] | None = None
    back: Callable[[Sequence[str]], Awaitable[None]] | None = None


def of_chat(chat: Chat, who: Who = "customer", actor: str = "customer") -> Hand:
    """Somebody acts by a message, an event or a webhook."""
    now = micros(chat.now)
    return Hand(who, actor, chat.db, now, chat.settings, _teller(chat), chat.reach, _looker(chat))


def of_request(request: ApiRequest, actor: str = "") -> Hand:
    """Somebody of the shop acts over the API."""
    now, teller, looker = micros(request.now), _teller(request), _looker(request)
    return Hand(
        "shop", actor or "shop", request.db, now, request.settings, teller, request.reach, looker
    )  # fmt: skip


def of_job(job: JobContext) -> Hand:
    """Time acts. What it does to one order stands in a block of ``job.db.begin()``, and what is to be told of
    it as a row in the same block: a job that dies behind it would lose its events."""
    now = micros(job.now)
    return Hand("system", "system", job.db, now, job.settings, unheard, back=_looker(job))


def unheard(event: Struct, key: str) -> None:
    """Takes an event of which a row is kept that `notify.due` tells."""


def _teller(who: Chat | ApiRequest) -> Callable[[Struct, str], None]:
    def tell(event: Struct, key: str) -> None:
        who.emit(event, key=key)

    return tell


def _looker(who: Chat | ApiRequest | JobContext) -> Callable[[Sequence[str]], Awaitable[None]]:
    async def look(variants: Sequence[str]) -> None:
        await look_soon(who, variants)

    return look
