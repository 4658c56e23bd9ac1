"""STOP and START: the house hears them from everybody, in whichever language, also in the middle of a flow.

STOP ends what answers nobody, for all channels of the tenant (`[tenants.policy] stop`), and puts a flow that
waits aside. START undoes it; from somebody who gets messages anyway it is a word like any other. One sentence
answers each, in the contact's language; none when the provider has answered already, for a STOP that is said
again within a day, or for what was brought so late that something else was said since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, cast

from gateway.chat import Chat
from gateway.clock import DAY, SECOND
from gateway.consent import PURPOSES, Change, Purpose, State
from gateway.consent.queries import CONSENT
from gateway.consent.suppress import hashes_of, opened_key
from gateway.errors import WindowClosed
from gateway.flows.rows import Rows
from gateway.hooks.handled import Handled
from gateway.hooks.plugin import Call
from gateway.house.ground import Ground
from gateway.house.turns import turn_of
from gateway.language.codes import base
from gateway.language.reserved import consent, word
from gateway.language.words import Words
from gateway.message import Message
from gateway.model import inbound
from gateway.model.event import Identity, MessageReceived
from gateway.pipeline.queries import PEOPLE
from gateway.store.port import Row

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent
    from gateway.pipeline.turn import Turn

_TAPS = (inbound.ButtonReply, inbound.ListReply)
#: What nobody has said in words.
_IMPLIED = "first_message"

STOPPED = "You will get no more messages from us, only answers to yours. Reply {start} to get them again."
STOPPED_MARKETING = "You will get no more offers from us."
STARTED = "You will get our messages again. Reply {stop} to end them."


def claim(ground: Ground, opened: OpenEvent) -> Call | None:
    """What hears *opened*, when it is STOP or START. In a group they are words like any other."""
    said, languages = _said(ground, opened)
    if not said:
        return None

    async def hear(message: Message, chat: Chat) -> Handled | None:
        return await (_stop if said == "stop" else _start)(ground, languages, chat)

    return cast(Call, hear)


def perhaps(ground: Ground, opened: OpenEvent) -> bool:
    """Whether *opened* is START, which from somebody who gets messages anyway is nothing of the house's."""
    return _said(ground, opened)[0] == "start"


def _said(ground: Ground, opened: OpenEvent) -> tuple[Literal["stop", "start", ""], tuple[str, ...]]:
    """Which of the two it is, and the languages in which it is."""
    event = opened.event
    if not isinstance(event, MessageReceived) or event.group:
        return "", ()
    content = event.content
    text = content.text if isinstance(content, inbound.Text) else ""
    text = content.typed if isinstance(content, _TAPS) else text
    said, languages = consent(text, ground.spoken(opened))
    if event.opted:  # the provider has heard it
        said = "stop" if event.opted == "out" else "start"
    return said, languages


async def _stop(ground: Ground, languages: Sequence[str], chat: Chat) -> Handled:
    turn = turn_of(chat)
    only = ground.policy(turn.opened.tenant).stop == "marketing"
    purposes: tuple[Purpose, ...] = ("marketing",) if only else PURPOSES
    known = {purpose: await _history(turn, purpose) for purpose in purposes}
    turn.effects.consents += [_change(turn, each, "out", rows) for each, rows in known.items()]
    late = [purpose for purpose, rows in known.items() if _outdated(turn, rows)]
    if late and all(purpose in late or rows[0]["state"] == "out" for purpose, rows in known.items() if rows):
        return Handled
    await Rows(turn, ground.waiting).park_others("")
    if not _lately(known.values(), turn.now() - DAY):
        await _answer(turn, chat, languages, STOPPED_MARKETING if only else STOPPED)
    return Handled


async def _start(ground: Ground, languages: Sequence[str], chat: Chat) -> Handled | None:
    turn = turn_of(chat)
    policy = ground.policy(turn.opened.tenant)
    service, marketing = [await _history(turn, purpose) for purpose in PURPOSES]
    out = bool(service) and service[0]["state"] == "out"
    if out and _outdated(turn, service):
        turn.effects.consents.append(_change(turn, "service", "in"))
        return Handled
    purposes: list[Purpose] = ["service"] if out else []
    purposes += ["marketing"] if _was_in(marketing, unknown=policy.marketing == "opt_out") else []
    lifted = await _lift(ground, turn)
    if not purposes and not lifted:
        return None
    turn.effects.consents += [_change(turn, each, "in") for each in dict.fromkeys(("service", *purposes))]
    await _answer(turn, chat, languages, STARTED)
    return Handled


def _change(turn: Turn, purpose: Purpose, state: State, known: Sequence[Row] = ()) -> Change:
    """*known* is what was said before. That somebody wrote at all is less than a word, also when that is
    brought later than what was written after it."""
    opened = turn.opened
    assert opened.channel is not None
    first = known[0]["at"] if known and known[0]["source"] == _IMPLIED else 0
    return Change(
        opened.tenant, opened.contact, purpose, state, "keyword", f"message {opened.message}",
        opened.channel.id, max(_at(turn), first),
    )  # fmt: skip


def _at(turn: Turn) -> int:
    """When the contact wrote it."""
    event = turn.opened.event
    assert isinstance(event, MessageReceived)
    return event.at


def _outdated(turn: Turn, known: Sequence[Row]) -> bool:
    """Whether something was said since the message was written: it is kept, and changes nothing."""
    return bool(known) and known[0]["source"] != _IMPLIED and bool(known[0]["at"] > _at(turn))


async def _history(turn: Turn, purpose: Purpose) -> list[Row]:
    return await turn.db.all(CONSENT["history"], contact=turn.opened.contact, purpose=purpose)


def _is_stop(row: Row) -> bool:
    """Whether it is a STOP, or what Twilio tells of one that it has heard."""
    if row["state"] != "out":
        return False
    return bool(row["source"] == "keyword" or row["proof"].startswith("code 21610,"))


def _was_in(marketing: Sequence[Row], *, unknown: bool) -> bool:
    """Whether the newest that is known is STOP, and marketing was welcome before: *unknown* is whether it is
    to those who never said."""
    stops = list(takewhile(_is_stop, marketing))
    before = marketing[len(stops)]["state"] if len(marketing) > len(stops) else ""
    return bool(stops) and (before == "in" or (not before and unknown))


def _lately(known: Iterable[Sequence[Row]], since: int) -> bool:
    """Whether nothing was said since a STOP after *since* that ended all that is *known*, by purpose."""
    for rows in known:
        out = takewhile(lambda row: row["state"] == "out", rows)
        if not any(row["source"] == "keyword" and row["at"] > since for row in out):
            return False
    return True


async def _lift(ground: Ground, turn: Turn) -> bool:
    """Take the contact's names off the list of those who get nothing, where they were put on it before the
    message was written; whether one was. Providers tell whole seconds."""
    sealed = await turn.db.value(CONSENT["secret"], name="suppression")
    if sealed is None:
        return False
    key = opened_key(ground.seal, turn.opened.tenant, bytes(sealed))
    names = await turn.db.all(PEOPLE["identities"], contact=turn.opened.contact)
    found = False
    for each in hashes_of(key, [Identity(row["kind"], row["value"], row["scope"]) for row in names]):
        for row in await turn.db.all(CONSENT["suppressed"], hash=each):
            if row["at"] // SECOND > _at(turn) // SECOND:
                continue
            found = True
            await turn.db.run(CONSENT["lift"], hash=each, purpose=row["purpose"])
    return found


async def _answer(turn: Turn, chat: Chat, languages: Sequence[str], text: str) -> None:
    """Say it, unless the provider has, or the message came so late that nothing may be said."""
    event = turn.opened.event
    if isinstance(event, MessageReceived) and event.opted:
        return
    words = _words(turn, languages)
    start, stop = word("start", words.language), word("stop", words.language)
    try:
        await chat.say(words.t(text, start=start, stop=stop))
    except WindowClosed:
        pass


def _words(turn: Turn, languages: Sequence[str]) -> Words:
    """The contact's language; whoever never chose one speaks that of the word."""
    spoken, opened = turn.words, turn.opened
    if opened.language or not languages or "en" in languages or base(spoken.language) in languages:
        return spoken
    return turn.around.speech.words(turn.plugin, turn.tenant, languages[0], opened.address)
