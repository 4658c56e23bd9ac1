"""`gateway chat`: a person, or a pipe, is the contact of a plugin."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TextIO

from gateway.demo.screen import Screen, picture
from gateway.demo.simulators import Seen, Simulator, Tappable

#: Seconds that a first answer may take before the next line is read, and of silence after an answer.
FIRST, QUIET = 2.0, 0.6

HELP = """  words           are said
  2, or its words tap the second option of the newest menu
  /location       send a location      /image [caption]   send a picture
  /help           this                 /quit              leave (so does Ctrl-D)"""


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

    def __init__(self, simulator: Simulator, contact: str, screen: Screen, source: TextIO) -> None:
        self._sim, self._contact, self._screen = simulator, contact, screen
        self._tty = source.isatty()
        self._source = source
        self._shown = 0

    async def run(self) -> None:
        """Until /quit or the end of the input."""
        lines = Lines(self._source)
        while True:
            if self._tty:
                self._screen.line("you ▸ ", "cyan", end="")
            line = await self._next(lines)
            words = line.strip()
            if not line or words == "/quit":
                return
            if words == "/help":
                self._screen.line(HELP, "dim")
            elif words:
                await self._act(words)

    async def _next(self, lines: Lines) -> str:
        """The next line; messages that come meanwhile are shown."""
        line = asyncio.ensure_future(lines.next())
        while True:
            message = asyncio.ensure_future(self._sim.wait_for(self._contact, self._shown + 1, 3600.0))
            await asyncio.wait({line, message}, return_when=asyncio.FIRST_COMPLETED)
            if line.done():
                message.cancel()
                await asyncio.gather(message, return_exceptions=True)
                return line.result()
            await asyncio.gather(message, return_exceptions=True)
            self._show()

    async def _act(self, words: str) -> None:
        if not self._tty:
            self._screen.line(f"you ▸ {words}", "cyan")
        try:
            await self._send(words)
        except TimeoutError as error:
            self._screen.line(f"  ! not sent: {error}", "red")
            return
        await self._listen()

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

    async def _listen(self) -> None:
        """Show what is answered until it is quiet."""
        patience = FIRST
        while True:
            try:
                await self._sim.wait_for(self._contact, self._shown + 1, patience)
            except TimeoutError:
                return
            self._show()
            patience = QUIET

    def _show(self) -> None:
        inbox = self._sim.inbox(self._contact)
        for message in inbox[self._shown :]:
            self._screen.line()
            for line in picture(message, self._screen.width - 4, numbered=True):
                self._screen.line(f"  {line}", "green")
            self._screen.line()
        self._shown = len(inbox)


def match(words: str, inbox: Sequence[Seen]) -> Tappable | None:
    """The option of the newest menu that *words* mean: its number or its own words; None when it is talk."""
    options = next((message.options for message in reversed(inbox) if message.options), ())
    if words.isdecimal() and 1 <= int(words) <= len(options):
        return options[int(words) - 1]
    return next((option for option in options if option.title.casefold() == words.casefold()), None)
