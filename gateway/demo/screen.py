"""Messages as a terminal shows them: the contact on the left, the business on the right."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Sequence
from typing import TextIO

from gateway.demo.simulators import Seen

#: status -> ticks on the phone of the business.
TICKS = {"accepted": "·", "sent": "✓", "delivered": "✓✓", "read": "✓✓", "played": "✓✓", "failed": "✗"}
_COLOURS = {"green": "32", "cyan": "36", "dim": "2", "bold": "1", "red": "31"}
#: Characters that a terminal would obey rather than show.
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


class Screen:
    """Writes lines to *out*; in colours only on a terminal, in ASCII where it reads nothing else."""

    def __init__(self, out: TextIO, width: int = 0) -> None:
        self._out = out
        self._colours = out.isatty() and "NO_COLOR" not in os.environ
        self.width = width or max(40, min(84, shutil.get_terminal_size((84, 24)).columns))

    def line(self, text: str = "", colour: str = "", *, end: str = "\n") -> None:
        """Write one line."""
        text = text.translate(_CONTROLS)
        text = text.encode(self._out.encoding or "utf-8", "replace").decode(self._out.encoding or "utf-8")
        if colour and self._colours and text:
            text = f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"
        self._out.write(text + end)
        self._out.flush()

    def heading(self, text: str) -> None:
        """A line with space around it."""
        self.line()
        self.line(text, "bold")
        self.line()


class Transcript:
    """A conversation of two, as it happens."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._column = screen.width * 3 // 8

    def contact(self, text: str) -> None:
        """What the contact said or tapped, on the left."""
        for line in wrap(text, self._screen.width - self._column):
            self._screen.line(f"  {line}", "cyan")
        self._screen.line()

    def business(self, message: Seen, status: str, lost: Sequence[str] = ()) -> None:
        """What the contact was answered, on the right, with its ticks behind the last line, and what
        became of what the provider could not carry."""
        lines = picture(message, self._screen.width - self._column - 6)
        for line in lines[:-1]:
            self._screen.line(" " * self._column + line, "green")
        self._screen.line(" " * self._column + lines[-1], "green", end="")
        self._screen.line(f"  {TICKS.get(status, '?')} {status}", "dim")
        for what in lost:
            self._screen.line(f"{' ' * self._column}  ({what})", "dim")
        self._screen.line()


def picture(message: Seen, width: int, *, numbered: bool = False) -> list[str]:
    """*message* as lines: header, body, footer, and what can be tapped, *numbered* for a keyboard."""
    lines = [f"* {line} *" for line in wrap(message.header, width - 4)]
    if message.media:
        lines.append(f"({message.kind}: {message.media})")
    lines += wrap(message.text, width)
    lines += [f"_{line}_" for line in wrap(message.footer, width - 2)]
    if message.button:
        lines.append(f"≡ {message.button}")
    for number, option in enumerate(message.options, 1):
        words = f"{option.title} — {option.description}" if option.description else option.title
        mark = f"{number}." if numbered else "•" if message.button else ""
        lines.append(f"{mark} {words}" if mark else f"[ {words} ]")
    return lines or [f"({message.kind})"]


def wrap(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width*, its own line breaks kept."""
    return [piece for line in text.splitlines() for piece in textwrap.wrap(line, max(width, 10)) or [""]]
