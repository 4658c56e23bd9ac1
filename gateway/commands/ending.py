"""How `gateway serve` ends: the first signal drains, a second one or too long a drain ends it at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from gateway.observe import get_logger

if TYPE_CHECKING:
    from gateway.app import Gateway

log = get_logger("gateway.serve")


class Ending:
    """Asked by signals. *seconds* is how long the drain of *gateway* may take."""

    def __init__(self, gateway: Gateway, seconds: float) -> None:
        self._gateway, self._seconds = gateway, seconds
        self._heard = False
        self.asked = asyncio.Event()

    def listen(self) -> None:
        """Take SIGTERM and SIGINT from now on. Call it in the main thread."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Python's own handler, not the loop's: it is heard also while a plugin blocks the loop.
            signal.signal(number, lambda *_: self._ask(loop))

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._heard:
            self._cut_off("asked twice")
        self._heard = True
        timer = threading.Timer(self._seconds, self._cut_off, [f"the drain took over {self._seconds:g} s"])
        timer.daemon = True
        timer.start()
        loop.call_soon_threadsafe(self.asked.set)

    def _cut_off(self, why: str) -> NoReturn:
        hint = "what is stored goes on in the next process; sends that were under way are in doubt"
        log.error("gateway.cut_off", why=why, left=left(self._gateway), hint=hint)
        sys.stderr.flush()
        os._exit(1)


def left(gateway: Gateway) -> dict[str, int]:
    """What waits in memory, by stage; nothing before the start."""
    line = gateway.line
    if line is None:
        return {}
    sizes = {
        "journal": len(line.journal),
        "parse": len(line.parser),
        "events": len(line.lanes),
        "outbox": len(line.sender.known),
    }
    return {name: size for name, size in sizes.items() if size}
