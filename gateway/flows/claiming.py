"""Whether a message is a flow's, by what is known in memory: which flows wait, and at what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from gateway.flows import taps
from gateway.flows.log import is_question
from gateway.flows.waiting import Held, Waiting
from gateway.language.reserved import meaning
from gateway.model import inbound
from gateway.model.event import MessageReceived

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent

_TAPS = (inbound.ButtonReply, inbound.ListReply)
#: What a contact does beside talking: no answer.
_BESIDE = (inbound.Reaction, inbound.System, inbound.Edit, inbound.Revoke, inbound.RequestWelcome)


class Wish(Struct, frozen=True):
    """What a message wants of the flow with the id *flow*."""

    why: Literal["answer", "back", "again", "cancel", "park", "resume"]
    plugin: str
    flow: str


class Claiming:
    """Reads messages of conversations that have flows; *spoken* says in which languages, *always* whether one
    is a command that is heard while a flow waits."""

    def __init__(
        self, waiting: Waiting, spoken: Callable[[OpenEvent], Sequence[str]],
        always: Callable[[OpenEvent], bool],
    ) -> None:  # fmt: skip
        self._waiting, self._spoken, self._always = waiting, spoken, always

    def wish(self, opened: OpenEvent) -> Wish | None:
        """What the message *opened* wants of a flow; None when it is the plugins'."""
        event = opened.event
        if not isinstance(event, MessageReceived) or isinstance(event.content, _BESIDE):
            return None
        held = self._waiting.of(opened.tenant, opened.conversation)
        content = event.content
        tap = taps.read(content.id) if isinstance(content, _TAPS) else None
        typed = content.typed if isinstance(content, _TAPS) else getattr(content, "text", "")
        active = next((one for one in held if not one.parked), None)
        word = meaning(typed, self._spoken(opened)) if typed else ""
        if word in ("stop", "start"):
            return None
        asked = active is not None and is_question(active.pending)
        resumes = tap is not None and tap.question == taps.RESUME and not asked
        if tap is not None and (not typed or resumes or _answers(tap, active)):
            return _tapped(tap, held, active)
        if active is None:
            parked = next((one for one in held if is_question(one.pending)), None)
            return _wish("resume", parked) if word == "resume" and parked is not None else None
        return self._said(word, active, opened, isinstance(content, _TAPS) and not typed)

    def _said(self, word: str, active: Held, opened: OpenEvent, foreign_tap: bool) -> Wish | None:
        if not is_question(active.pending):
            return _wish("cancel", active) if word == "cancel" else None
        if foreign_tap or word in ("menu", "help"):
            return _wish("park", active)
        if word == "cancel":
            return _wish("cancel", active)
        if word == "back":
            return _wish("back", active)
        return _wish("park" if self._always(opened) else "answer", active)


def _wish(why: str, held: Held) -> Wish:
    return Wish(why, held.plugin, held.id)  # type: ignore[arg-type]


def _answers(tap: taps.Tap, held: Held | None) -> bool:
    return held is not None and tap.answers(held.id, held.pending)


def _tapped(tap: taps.Tap, held: Sequence[Held], active: Held | None) -> Wish | None:
    """What a tap on an option of a flow, or on the button that resumes one, wants."""
    one = next((each for each in held if tap.of(each.id)), None)
    if one is None:  # of a flow that is over
        return _wish("again", active) if active is not None and is_question(active.pending) else None
    if tap.question == taps.RESUME:
        return _wish("resume", one)
    if _answers(tap, one):
        return _wish("answer", one)
    return _wish("again" if one is active else "resume", one)
