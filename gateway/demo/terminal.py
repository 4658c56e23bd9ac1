"""`gateway chat`: a person, or a pipe, is the contact of a plugin."""

from __future__ import annotations

import asyncio
import re
import shlex
import threading
from collections.abc import Sequence
from typing import Protocol, TextIO

from gateway.demo.screen import Screen, picture
from gateway.demo.simulators import Seen, Simulator, Tappable
from gateway.errors import GatewayError
from gateway.flows.check_words import named
from gateway.settings.durations import seconds

#: Seconds that a first answer may take before the next line is read, and of silence after an answer.
FIRST, QUIET = 2.0, 0.6
#: Seconds between two looks at the plugin's files while nobody types.
LOOK = 0.5

HELP = """  words           are said
  2, or its words tap the second option of the menu that came last
  /location       send a location      /image [caption]   send a picture
  /as +2547…      be another contact   /language es       be spoken to in Spanish
  /wait 12h       let time pass        /restart           stop the gateway and start it again
  /flows          which conversations wait, and for what
  /run shop import products.csv      a command that a plugin brings to the terminal
  /help           this                 /quit              leave (so does Ctrl-D)
  Save your plugin's files: the next message meets the new code."""


class Held(Protocol):
    """A flow that the contact is in."""

    @property
    def plugin(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def pending(self) -> str: ...

    @property
    def parked(self) -> bool: ...


class Behind(Protocol):
    """What a chat can do beside talking (`gateway.demo.backstage`)."""

    @property
    def runs(self) -> bool: ...

    async def renewed(self) -> tuple[bool, Sequence[str]]: ...

    async def restart(self) -> None: ...

    async def wait(self, seconds: float) -> None: ...

    async def run(self, words: Sequence[str]) -> int: ...

    async def speak(self, contact: str, language: str) -> bool: ...

    async def flows(self, contact: str) -> Sequence[Held]: ...


class Lines:
    """The lines of *source*, read in a daemon thread, because a read cannot be cancelled."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while line := self._source.readline():
                self._loop.call_soon_threadsafe(self._queue.put_nowait, line)
            self._loop.call_soon_threadsafe(self._queue.put_nowait, "")
        except (RuntimeError, ValueError):
            return  # the loop or the source was closed: nobody listens any more

    async def next(self) -> str:
        """The next line with its end; "" after the last one."""
        return await self._queue.get()


class Terminal:
    """Reads lines, acts as the contact, shows what comes back."""

    def __init__(
        self, simulator: Simulator, contact: str, screen: Screen, source: TextIO, behind: Behind | None = None
    ) -> None:
        self._sim, self._contact, self._screen = simulator, contact, screen
        self._tty = source.isatty()
        self._source, self._behind = source, behind
        self._shown: dict[str, int] = {}

    async def run(self) -> None:
        """Until /quit or the end of the input."""
        lines = Lines(self._source)
        while True:
            self._prompt()
            line = await self._next(lines)
            words = line.strip()
            if not line or words == "/quit":
                return
            if words == "/help":
                self._screen.line(HELP, "dim")
            elif words:
                await self._act(words)

    async def _next(self, lines: Lines) -> str:
        """The next line; messages that come meanwhile are shown, and what was saved is taken in."""
        line = asyncio.ensure_future(lines.next())
        while True:
            count = self._seen + 1
            message = asyncio.ensure_future(self._sim.wait_for(self._contact, count, 3600.0))
            await asyncio.wait({line, message}, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            came = message.done()
            message.cancel()
            await asyncio.gather(message, return_exceptions=True)
            if line.done():
                return line.result()
            if came:
                self._show()
                self._prompt()
            elif self._tty and await self._renew(idle=True):
                self._prompt()

    async def _act(self, words: str) -> None:
        if not self._tty:
            self._screen.line(f"you ▸ {words}", "cyan")
        await self._renew()
        if self._behind is not None and not self._behind.runs:
            self._screen.line("  (nothing answers until that is mended)", "dim")
            return
        try:
            managed = await self._manage(words)
            if not managed:
                await self._send(words)
        except TimeoutError as error:
            self._screen.line(f"  ! not sent: {error}", "red")
            return
        except GatewayError as error:
            self._screen.line(f"  ! {error}", "red")
            return
        await self._listen(QUIET if managed else FIRST)

    def _prompt(self) -> None:
        if self._tty:
            self._screen.line("you ▸ ", "cyan", end="")

    async def _renew(self, idle: bool = False) -> bool:
        """Say what became of files that were saved, on a line of its own; whether there was something."""
        fresh, told = await self._behind.renewed() if self._behind is not None else (False, ())
        if idle and (fresh or told):
            self._screen.line()
        for words in told:
            self._screen.line(f"  ! {words}", "red")
        if fresh:
            self._screen.line("  (saved: new code from here on)", "dim")
        elif told and self._behind is not None and self._behind.runs:
            self._screen.line("  (the code from before goes on)", "dim")
        return fresh or bool(told)

    async def _manage(self, words: str) -> bool:
        """Do what is no message; False when *words* are one."""
        command, _, rest = words.partition(" ")
        rest = rest.strip()
        if command == "/as":
            self._become(rest)
        elif self._behind is None:
            return False
        elif command == "/restart":
            await self._behind.restart()
            self._screen.line("  (stopped and started again)", "dim")
        elif command == "/wait":
            await self._wait(self._behind, rest)
        elif command == "/run":
            await self._run(self._behind, rest)
        elif command == "/language":
            await self._speak(self._behind, rest)
        elif command == "/flows":
            await self._tell_flows(self._behind)
        else:
            return False
        return True

    def _become(self, phone: str) -> None:
        digits = re.sub(r"[\s()-]", "", phone)
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
            self._screen.line("  ! /as needs a number with its country, such as /as +254711222333", "red")
            return
        self._contact = digits
        self._screen.line(f"  (you are {digits} now)", "dim")

    async def _wait(self, behind: Behind, text: str) -> None:
        try:
            passing = seconds(text)
        except ValueError as error:
            self._screen.line(f"  ! {error}: write /wait 30s, 5m, 12h or 3d", "red")
            return
        await behind.wait(passing)
        self._screen.line(f"  ({text} later)", "dim")

    async def _run(self, behind: Behind, text: str) -> None:
        try:
            words = shlex.split(text)
        except ValueError as error:
            self._screen.line(f"  ! {error}", "red")
            return
        code = await behind.run(words)
        if code:
            self._screen.line(f"  ! it ended with {code}", "red")

    async def _speak(self, behind: Behind, language: str) -> None:
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Za-z]{2,4})?", language):
            self._screen.line("  ! /language needs a code, such as /language es", "red")
        elif await behind.speak(self._contact, language):
            self._screen.line(f"  (you are spoken to in {language} now)", "dim")
        else:
            self._screen.line("  ! nobody knows you yet: say something first", "red")

    async def _tell_flows(self, behind: Behind) -> None:
        flows = await behind.flows(self._contact)
        for each in flows:
            state = "is parked at" if each.parked else "waits at"
            self._screen.line(f"  ({each.plugin}: {each.name} {state} {named(each.pending)})", "dim")
        if not flows:
            self._screen.line("  (no conversation waits for you)", "dim")

    async def _send(self, words: str) -> None:
        command, _, rest = words.partition(" ")
        option = match(words, self._sim.inbox(self._contact))
        if command == "/location":
            await self._sim.sends(self._contact, "location")
        elif command == "/image":
            await self._sim.sends(self._contact, "image", **({"caption": rest} if rest else {}))
        elif option is not None:
            self._screen.line(f"      (taps {option.title})", "dim")
            await self._sim.taps(self._contact, option.id)
        else:
            await self._sim.says(self._contact, words)

    async def _listen(self, patience: float) -> None:
        """Show what is answered until it is quiet; a first answer may take *patience* seconds."""
        while True:
            try:
                await self._sim.wait_for(self._contact, self._seen + 1, patience)
            except TimeoutError:
                return
            self._show()
            patience = QUIET

    @property
    def _seen(self) -> int:
        """How many messages of the contact's inbox were shown."""
        return self._shown.get(self._contact, 0)

    def _show(self) -> None:
        inbox = self._sim.inbox(self._contact)
        for message in inbox[self._seen :]:
            self._screen.line()
            for line in picture(message, self._screen.width - 4, numbered=True):
                self._screen.line(f"  {line}", "green")
            self._screen.line()
        self._shown[self._contact] = len(inbox)


def match(words: str, inbox: Sequence[Seen]) -> Tappable | None:
    """The option of a menu that *words* mean, by its number or its own words; None when it is talk. Behind a
    later message, which may be a question, the gateway is left to judge what was written."""
    options = inbox[-1].options if inbox else ()
    if words.isdecimal() and 1 <= int(words) <= len(options):
        return options[int(words) - 1]
    return next((option for option in options if option.title.casefold() == words.casefold()), None)
