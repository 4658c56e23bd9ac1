"""Where a flow's function stands, and what to tell an author who wrote one that cannot be replayed."""

from __future__ import annotations

import asyncio
import sys
from types import CoroutineType, FrameType
from typing import Any

from gateway.errors import FlowMisused
from gateway.hooks.failure import waiting_at
from gateway.hooks.plugin import Plugin, display

ASLEEP = (
    "it goes on while it is being put to sleep: keep awaits and chat calls out of 'finally' and "
    "'async with' around ask(), choose(), job() and wait_for()"
)
SWALLOWED = (
    "the flow caught what puts it to sleep: write 'except Exception' instead of 'except:' or "
    "'except BaseException' around ask(), choose(), job() and wait_for()"
)
ONE = "one chat call at a time: await each where it stands, without gather() and create_task()"
AWAITS = (
    "a flow waits by its chat only: do network and files in 'await chat.job(…)', waiting in a question's "
    "timeout or 'chat.wait_for(…)'"
)
NO_DB = "chat.db is open in a step only: write 'await chat.step(\"name\", function, chat, …)'"
NO_QUESTIONS = "a step cannot ask, wait or begin a flow: return from it, and do that in the flow"
TOO_LONG = (
    "it has done so much that it is not kept any longer: end it, and start another flow for what comes next"
)


class Place:
    """A flow of a plugin, for sentences about it."""

    def __init__(self, plugin: Plugin, flow: str) -> None:
        self._plugin, self._flow = plugin, flow

    def misused(self, words: str, at: str = "") -> FlowMisused:
        """The refusal in *words*; *at* is where."""
        at = at or self.running()
        where = f" ({at})" if at else ""
        return FlowMisused(f"plugin '{self._plugin.name}', flow '{self._flow}'{where}: {words}")

    def running(self) -> str:
        """``file:line`` of the plugin's line that runs now; "" when none does."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if self._plugin.owns(frame.f_code.co_filename):
                return display(frame.f_code.co_filename, frame.f_lineno)
            frame = frame.f_back
        return ""

    def waiting(self, coroutine: CoroutineType[Any, Any, Any]) -> str:
        """``file:line`` of the plugin's innermost line that waits."""
        return waiting_at(self._plugin, coroutine)


def awaited(thing: object) -> str:
    """What to say of a flow that awaited *thing*, which is no call of its chat."""
    if isinstance(thing, asyncio.Future):
        thing.add_done_callback(lambda done: done.cancelled() or done.exception())
        thing.cancel()
        if isinstance(thing, asyncio.Task) or type(thing).__name__ == "_GatheringFuture":
            return ONE
    return AWAITS
