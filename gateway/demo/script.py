"""The conversation that `gateway demo --once` plays, and the judgement whether it went as it should."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from msgspec import Struct

from gateway.demo.screen import Transcript
from gateway.demo.simulators import Seen, Simulator

#: Seconds for one answer to come, and for its ticks to turn.
PATIENCE = 5.0

#: What was lost on the way of a message of the business, by its provider's id; in sentences.
Lost = Callable[[str], Awaitable[Sequence[str]]]


class Step(Struct, frozen=True):
    """One act of the contact, and words that an answer must have.

    `picks` taps the option with the id *what*; where the provider shows a menu as a text, the contact writes
    the option's *words* instead.
    """

    act: Literal["says", "picks", "sends"]
    what: str
    expects: str
    words: str = ""


FRUIT_STAND: tuple[Step, ...] = (
    Step("says", "Hello, are you open?", "What would you like?"),
    Step("picks", "hours", "from 7 to 19", "Opening hours"),
    Step("says", "menu", "What would you like?"),
    Step("says", "3", "Everything that we have."),
    Step("says", "1", "Mango: shall we bring"),
    Step("picks", "fruits", "what we have today", "Something else"),
    Step("picks", "fruit:banana", "Banana: shall we bring", "Banana"),
    Step("picks", "order:banana", "One banana for KES 10", "Yes, please"),
    Step("sends", "location", "on our way"),
    Step("says", "prices", "All our prices."),
    Step("says", "long", "matatu"),
)


class Play:
    """Plays steps against one simulator; what went wrong is collected in `missing`."""

    def __init__(
        self, simulator: Simulator, contact: str, transcript: Transcript, lost: Lost | None = None
    ) -> None:
        self._sim, self._contact, self._transcript, self._lost_of = simulator, contact, transcript, lost
        self.missing: list[str] = []
        #: Messages of the inbox that belong to earlier steps.
        self._seen = 0

    async def run(self, steps: Sequence[Step], within: float) -> None:
        """Play *steps* in at most *within* seconds, until one of them is not answered."""
        try:
            async with asyncio.timeout(within):
                for step in steps:
                    if not await self._play(step):
                        break
        except TimeoutError:
            self.missing.append(f"the conversation was not over within {within:g} s")
        if self.missing:
            self.missing.extend(self._sim.troubles)

    async def _play(self, step: Step) -> bool:
        self._seen = len(self._sim.inbox(self._contact))
        shown = self._shown(step)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._act(step)
        except TimeoutError:
            return self._lost(shown, "the gateway did not take the webhook")
        except LookupError as error:
            return self._lost(shown, str(error))
        self._transcript.contact(shown)
        return await self._answered(shown, step)

    async def _answered(self, shown: str, step: Step) -> bool:
        """Show what is answered, message by message, until one has the words."""
        deadline, found, heard = time.monotonic() + PATIENCE, False, ""
        while not found:
            try:
                left = max(deadline - time.monotonic(), 0.001)
                inbox = await self._sim.wait_for(self._contact, self._seen + 1, left)
            except TimeoutError:
                if heard:
                    return self._lost(shown, f"expected {step.expects!r}, the answer was {heard!r}")
                return self._lost(shown, f"no answer within {PATIENCE:g} s; expected {step.expects!r}")
            answer = inbox[self._seen]
            self._seen += 1
            heard = answer.text or f"({answer.kind})"
            found = step.expects in answer.text
            if not await self._delivered(shown, answer):
                return False
        return True

    async def _delivered(self, shown: str, answer: Seen) -> bool:
        ticks = await self._sim.wait_for_ticks(answer.message_id, "read", PATIENCE)
        lost = await self._lost_of(answer.message_id) if self._lost_of is not None else ()
        self._transcript.business(answer, ticks, lost)
        if ticks != "read":
            return self._lost(shown, f"the gateway was told {ticks!r} of the answer and never 'read'")
        return True

    async def _act(self, step: Step) -> None:
        if step.act == "says":
            await self._sim.says(self._contact, step.what)
        elif step.act == "sends":
            await self._sim.sends(self._contact, step.what)
        elif self._offered(step.what) or not step.words:
            await self._sim.taps(self._contact, step.what)
        else:
            await self._sim.says(self._contact, step.words)

    def _offered(self, reply_id: str) -> str:
        """The words of the option of the newest menu with this id; "" when it has none."""
        menu = next((m for m in reversed(self._sim.inbox(self._contact)) if m.options), None)
        return next((one.title for one in menu.options if one.id == reply_id), "") if menu else ""

    def _shown(self, step: Step) -> str:
        """The act as a reader sees it: a tap by the option's words."""
        if step.act == "sends":
            return f"({step.what})"
        if step.act == "picks":
            words = self._offered(step.what)
            return f"▸ {words}" if words else step.words or step.what
        return step.what

    def _lost(self, shown: str, reason: str) -> bool:
        self.missing.append(f"after {shown!r}: {reason}")
        return False
