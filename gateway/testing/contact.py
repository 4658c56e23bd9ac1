"""Somebody with a phone: what a test does and sees."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.simulator.samples import sample
from gateway.testing.shown import Choice, Shown, drawn

if TYPE_CHECKING:
    from gateway.testing.world import World

#: What `sends` takes a file for, and what it usually is.
FILES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg; codecs=opus",
    "document": "application/pdf",
    "sticker": "image/webp",
}


class Contact:
    """Every act returns when the gateway is done with what follows from it: nothing has to be waited for.
    A plugin that failed meanwhile fails the test."""

    def __init__(self, world: World, phone: str, name: str) -> None:
        self._world, self.phone, self.name = world, phone, name
        #: All messages on the phone, oldest first.
        self.inbox: list[Shown] = []
        self._fresh = 0
        self._lines: list[str] = []
        self._last = ""

    @property
    def new(self) -> list[Shown]:
        """The messages that came since the contact last did something."""
        return self.inbox[self._fresh :]

    # What a contact does.

    async def says(self, text: str, *, reply_to: Shown | None = None) -> None:
        """Write *text*; *reply_to* quotes a message."""
        __tracebackhide__ = True
        around = {"reply_to": reply_to.id} if reply_to else {}
        await self._does(f"says {text!r}", self._world.sim.says(self.phone, text, **around))

    async def taps(self, what: str, *, on: Shown | None = None) -> None:
        """Tap what is named *what* (its id, or its words), on the newest message that has it or *on* one."""
        __tracebackhide__ = True
        message, choice = self._find(what, on)
        did = f"taps [{choice.title}]"
        if choice.typed:
            did += f", which is to type {choice.typed!r}"
            act = self._world.sim.says(self.phone, choice.typed)
        else:
            act = self._world.sim.taps(self.phone, choice.id, message_id=message.id)
        await self._does(did, act, tapped=choice)

    async def sends(self, kind: str = "", **what: Any) -> None:
        """Send something else: ``image=b"…"``, ``document=Path("plan.pdf")``, ``voice=True`` (a usual one),
        ``location=(-1.29, 36.82)``; other words are fields of it (``caption="the roof"``). A *kind* of ours
        by name, such as "contacts" or "order", takes all its fields as they are."""
        __tracebackhide__ = True
        kind, fields = self._world.content(kind, what)
        await self._does(f"sends {kind}", self._world.sim.sends(self.phone, kind, **fields))

    async def reads(self) -> None:
        """Read everything on the phone: the senders get their read receipts."""
        __tracebackhide__ = True
        await self._does("reads", self._world.read(self.phone))

    async def waits(self, time: str | float) -> None:
        """Let *time* go by ("90s", "12h", or seconds): what falls due in it happens, in order."""
        __tracebackhide__ = True
        self._begin(f"waits {time}")
        await self._world.waits(time)

    # What a contact sees.

    async def sees(
        self, text: str | re.Pattern[str] = "", *, exactly: str | None = None, kind: str = ""
    ) -> Shown:
        """The newest of the messages, of those that came since the contact last did something, that has
        *text* among its words (or matches the pattern; or is *exactly* that text; or is of *kind*)."""
        __tracebackhide__ = True
        await self._world.settle()
        for message in reversed(self.new):
            if _fits(message, text, exactly, kind):
                return message
        wanted = " ".join(filter(None, (kind, _wanted(text, exactly)))) or "anything"
        raise AssertionError(f"{self.name} does not see {wanted}.\n{self._why()}\n\n{self.transcript}")

    async def sees_nothing(self) -> None:
        """Fail when anything came since the contact last did something."""
        __tracebackhide__ = True
        await self._world.settle()
        if self.new:
            count = f"{len(self.new)} message{'s' * (len(self.new) > 1)}"
            raise AssertionError(f"{self.name} sees {count} instead of nothing.\n\n{self.transcript}")

    @property
    def transcript(self) -> str:
        """The phone, from the first message on."""
        return "\n".join([f"--- {self.name}'s phone ({self.phone})", *self._lines])

    # How it is done.

    def take(self, message: Shown) -> None:
        """It has arrived."""
        self.inbox.append(message)
        head, *rest = drawn(message)
        self._lines += [f"    < {head}", *(f"      {line}" for line in rest)]

    def _begin(self, did: str) -> None:
        self._fresh, self._last = len(self.inbox), did
        self._lines.append(f"{self.name} {did}")

    async def _does(self, did: str, act: Any, tapped: Choice | None = None) -> None:
        __tracebackhide__ = True
        self._begin(did)
        await act
        await self._world.settled(f"while {self.name} {did}")
        if tapped is not None and (advice := self._world.unanswered(tapped.id)):
            raise AssertionError(
                f"nobody answers {self.name}'s tap on [{tapped.title}].\n{advice}\n\n{self.transcript}"
            )

    def _find(self, what: str, on: Shown | None) -> tuple[Shown, Choice]:
        __tracebackhide__ = True
        messages = [on] if on is not None else list(reversed(self.inbox))
        offered = [(message, choice) for message in messages for choice in message.choices]
        for message, choice in offered:
            if what in (choice.id, choice.title):
                return message, choice
        for message, choice in offered:
            if _plain(what) == _plain(choice.title):
                return message, choice
        titles = dict.fromkeys(f"[{choice.title}] ({choice.id})" for _, choice in offered)
        there = f"there is: {', '.join(titles)}" if titles else "nothing there can be tapped"
        raise AssertionError(f"{self.name} cannot tap {what!r}: {there}\n\n{self.transcript}")

    def _why(self) -> str:
        if self.new:
            return f"What came since {self.name} {self._last or 'was there'}: " + "; ".join(
                repr(message.text) for message in self.new
            )
        return f"Nothing came since {self.name} {self._last or 'was there'}. {self._world.silence()}"


def _fits(message: Shown, text: str | re.Pattern[str], exactly: str | None, kind: str) -> bool:
    if exactly is not None and message.text != exactly:
        return False
    if isinstance(text, re.Pattern):
        return text.search(message.words) is not None and kind in ("", message.kind)
    return _plain(text) in _plain(message.words) and kind in ("", message.kind)


def _wanted(text: str | re.Pattern[str], exactly: str | None) -> str:
    if exactly is not None:
        return f"exactly {exactly!r}"
    return f"what matches {text.pattern!r}" if isinstance(text, re.Pattern) else repr(text) if text else ""


def _plain(text: str) -> str:
    """Without differences that nobody sees: case and spaces."""
    return " ".join(text.casefold().split())


def file_of(kind: str, given: object) -> tuple[bytes, str, str]:
    """The bytes, the type and the name of a file that a contact sends: bytes, a path, or True for a usual
    one."""
    mime = FILES[kind]
    if isinstance(given, Path | str):
        path = Path(given)
        return path.read_bytes(), mimetypes.guess_type(path.name)[0] or mime, path.name
    if isinstance(given, bytes):
        return given, mime, ""
    return sample(mime), mime, ""
