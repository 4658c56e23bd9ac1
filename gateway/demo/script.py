"""The conversation that `gateway demo --once` plays, and the judgement whether it went as it should."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gateway.demo.screen import Transcript
from gateway.demo.simulators import Seen, Simulator

#: Seconds for one answer to come, and for its ticks to turn.
PATIENCE = 5.0


class Step(Struct, frozen=True):
    """One act of the contact, and words that the answer must have."""

    act: Literal["says", "taps", "sends"]
    what: str
    expects: str


FRUIT_STAND: tuple[Step, ...] = (
    Step("says", "Hello, are you open?", "What would you like?"),
    Step("taps", "hours", "from 7 to 19"),
    Step("says", "menu", "What would you like?"),
    Step("taps", "fruits", "what we have today"),
    Step("taps", "fruit:mango", "Mango, KES 50"),
    Step("taps", "order:mango", "One mango for KES 50"),
    Step("sends", "location", "on our way"),
)


class Play:
    """Plays steps against one simulator; what went wrong is collected in `missing`."""

    def __init__(self, simulator: Simulator, contact: str, transcript: Transcript) -> None:
        self._sim, self._contact, self._transcript = simulator, contact, transcript
        self.missing: list[str] = []

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
        before = len(self._sim.inbox(self._contact))
        shown = self._shown(step)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._act(step)
        except TimeoutError:
            return self._lost(shown, "the gateway did not take the webhook")
        except LookupError as error:
            return self._lost(shown, str(error))
        self._transcript.contact(shown)
        try:
            inbox = await self._sim.wait_for(self._contact, before + 1, PATIENCE)
        except TimeoutError:
            return self._lost(shown, f"no answer within {PATIENCE:g} s; expected {step.expects!r}")
        return await self._judge(shown, step, inbox[before])

    async def _judge(self, shown: str, step: Step, answer: Seen) -> bool:
        ticks = await self._sim.wait_for_ticks(answer.message_id, "read", PATIENCE)
        self._transcript.business(answer, ticks)
        if step.expects not in answer.text:
            return self._lost(shown, f"expected {step.expects!r}, the answer was {answer.text!r}")
        if ticks != "read":
            return self._lost(shown, f"the gateway was told {ticks!r} of the answer and never 'read'")
        return True

    async def _act(self, step: Step) -> None:
        if step.act == "says":
            await self._sim.says(self._contact, step.what)
        elif step.act == "taps":
            await self._sim.taps(self._contact, step.what)
        else:
            await self._sim.sends(self._contact, step.what)

    def _shown(self, step: Step) -> str:
        """The act as a reader sees it: a tap by the option's words."""
        if step.act == "sends":
            return f"({step.what})"
        if step.act == "taps":
            for message in reversed(self._sim.inbox(self._contact)):
                for option in message.options:
                    if option.id == step.what:
                        return f"▸ {option.title}"
        return step.what

    def _lost(self, shown: str, reason: str) -> bool:
        self.missing.append(f"after {shown!r}: {reason}")
        return False
