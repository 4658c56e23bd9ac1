"""DELETE MY DATA and MY DATA: a contact is told what will happen, and asked whether it is meant.

Both are understood as whole messages, in whichever language. What is agreed to is a row that the gateway
carries out beside (`gateway.erasure`), with one last message when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gateway.audit import Actor
from gateway.chat import Chat
from gateway.erasure import request
from gateway.erasure.record import Tell
from gateway.flows.flow import flow
from gateway.flows.rows import Rows
from gateway.hooks.handled import Handled
from gateway.hooks.plugin import Call
from gateway.house.ground import Ground
from gateway.house.turns import turn_of
from gateway.language.fold import fold
from gateway.message import Message
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.store.port import Db, Row, Tx

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent

#: What contacts write, in each language; docs/privacy.md has this table.
ERASE: Mapping[str, tuple[str, ...]] = {
    "en": ("delete my data", "erase my data", "delete my information", "forget me"),
    "es": ("borrar mis datos", "borra mis datos", "eliminar mis datos", "elimina mis datos"),
    "sw": ("futa data zangu", "futa taarifa zangu", "nisahau"),
    "fr": ("supprimer mes données", "supprimez mes données", "effacer mes données", "effacez mes données"),
    "pt": ("apagar meus dados", "apagar os meus dados", "excluir meus dados", "eliminar os meus dados"),
}
EXPORT: Mapping[str, tuple[str, ...]] = {
    "en": ("my data", "export my data", "send me my data", "download my data"),
    "es": ("mis datos", "exportar mis datos", "descargar mis datos"),
    "sw": ("data zangu", "taarifa zangu", "nitumie data zangu"),
    "fr": ("mes données", "exporter mes données", "télécharger mes données"),
    "pt": ("meus dados", "os meus dados", "exportar meus dados", "baixar meus dados"),
}
#: How long there is to think about it.
PATIENCE = "24h"
_DAY = 86_400

WHAT_GOES = (
    "This erases what we know of you: your name and number, our conversation, files and orders. It cannot be "
    "undone, and we will not write to you first any more. Copies in our backups end within {days} days. "
    "Should we erase it?"
)
WHAT_COMES = (
    "We will make a file of what we know of you, and send you a link to it that works for 24 hours. "
    "Should we?"
)
_SAID = {
    fold(each): what
    for what, words in (("erase", ERASE), ("export", EXPORT))
    for some in words.values()
    for each in some
}


def claim(ground: Ground, opened: OpenEvent) -> Call | None:
    """What hears *opened* when it asks for one of the two. In a group they are words like any other."""
    event = opened.event
    if not isinstance(event, MessageReceived) or event.group or not isinstance(event.content, inbound.Text):
        return None
    if not (what := meant(event.content.text)):
        return None

    async def call(message: Message, chat: Chat) -> Handled:
        return await _ask(ground, what, chat)

    return cast(Call, call)


def meant(text: str) -> str:
    """What *text* asks for, as a whole: "erase", "export", or ""."""
    return _SAID.get(fold(text).rstrip(".! "), "")


async def _ask(ground: Ground, what: str, chat: Chat) -> Handled:
    await Rows(turn_of(chat), ground.waiting).park_others("")
    if what == "erase":
        return await chat.start(forget_me, round(ground.backups / _DAY))
    return await chat.start(show_me)


@flow(timeout=PATIENCE)
async def forget_me(chat: Chat, days: int) -> None:
    """Asks, and has everything erased. The last message says that it is done; this flow is gone by then."""
    options = {"erase": chat.t("Erase"), "keep": chat.t("Keep")}
    if await chat.choose("sure", chat.t(WHAT_GOES, days=days), options, back=False) == "erase":
        await chat.step("erase", _begin, chat, "erase")
    else:
        await chat.say(chat.t("We have erased nothing."))


@flow(timeout=PATIENCE)
async def show_me(chat: Chat) -> None:
    """Asks, and has a file made."""
    options = {"send": chat.t("Send it"), "no": chat.t("No, thank you")}
    if await chat.choose("sure", chat.t(WHAT_COMES), options, back=False) == "send":
        await chat.step("export", _begin, chat, "export")
        await chat.say(chat.t("We are making it. The link comes in a moment."))


async def _begin(chat: Chat, what: str) -> None:
    """Write down that it is to be done, with the turn."""
    ask = request.erase if what == "erase" else request.export
    now, tell = round(chat.now.timestamp() * 1_000_000), Tell(chat.conversation.id, chat.language)
    await ask(cast(Tx, _Turned(chat.db)), chat.tenant.id, chat.contact.id, Actor("contact"), now, tell)


class _Turned:
    """The database of a turn, for what names the tenant itself: a turn binds it."""

    def __init__(self, db: Db) -> None:
        self._db = db

    async def one(self, sql: str, /, *, tenant: str, **values: Any) -> Row | None:
        return await self._db.one(sql, **values)

    async def all(self, sql: str, /, *, tenant: str, **values: Any) -> list[Row]:
        return await self._db.all(sql, **values)

    async def value(self, sql: str, /, *, tenant: str, **values: Any) -> Any:
        return await self._db.value(sql, **values)

    async def run(self, sql: str, /, *, tenant: str, **values: Any) -> int:
        return await self._db.run(sql, **values)
