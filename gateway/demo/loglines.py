"""The gateway's log in a conversation: warnings and errors as sentences instead of JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from typing import Any

from gateway.demo.screen import Screen

_LEFT_OUT = frozenset({"ts", "level", "event", "source", "trace", "contact_h", "lane_h"})


class LogLines(io.StringIO):
    """A stream for `configure_logging` that shows each line on *screen*, but for the events *without*."""

    def __init__(self, screen: Screen, without: Collection[str] = ()) -> None:
        super().__init__()
        self._screen, self._without = screen, without

    def write(self, text: str) -> int:
        """Show what one or more lines of JSON say; anything else as it is."""
        for line in text.splitlines():
            if line.strip() and _event(line) not in self._without:
                self._screen.line(f"  ! {sentence(line)}", "red")
        return len(text)


def _event(line: str) -> str:
    """What happened."""
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return ""
    return str(entry.get("event", "")) if isinstance(entry, dict) else ""


def sentence(line: str) -> str:
    """One line of the log for a person: what happened, then what is known about it."""
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return line
    if not isinstance(entry, dict):
        return line
    if entry.get("problem"):
        return str(entry["problem"])
    known = [f"{key} {value}" for key, value in entry.items() if key not in _LEFT_OUT]
    trace = entry.get("trace")
    text = f"{entry.get('event', 'log')}: {', '.join(known)}" if known else str(entry.get("event", line))
    return f"{text}\n{trace}" if isinstance(trace, str) else text
