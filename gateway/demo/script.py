"""The conversation that `gateway demo --once` plays, and the judgement whether it went as it should."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from gateway.demo.program import Step
from gateway.demo.screen import Transcript
from gateway.demo.simulators import Seen, Simulator, Tappable

#: Seconds for one answer to come, and for its ticks to turn.
PATIENCE = 10.0

#: What was lost on the way of a message of the business, by its provider's id; in sentences.
Lost = Callable[[str], Awaitable[Sequence[str]]]
#: Does something over the API; "" when it was done, else why not.
Asks = Callable[[str, Mapping[str, Any]], Awaitable[str]]


class Play:
    """Plays steps against one simulator; what went wrong is collected in `missing`. *asks* is what the
    business does."""

    def __init__(
        self, simulator: Simulator, contact: str, transcript: Transcript, lost: Lost | None = None,
        asks: Asks | None = None,
    ) -> None:  # fmt: skip
        self._sim, self._contact, self._transcript, self._lost_of = simulator, contact, transcript, lost
        self._asks = asks
        self.missing: list[str] = []
        #: What was found in messages, by name.
        self._known: dict[str, str] = {}
        #: Messages of the inbox that belong to earlier steps.
        self._seen = 0

    async def run(self, steps: Sequence[Step], within: float) -> None:
        """Play *steps* in at most *within* seconds, until one of them is not answered."""
        try:
            async with asyncio.timeout(within):
                for step in steps:
                    if not await self._play(step.told(self._known)):
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
                refused = await self._act(step)
        except TimeoutError:
            return self._lost(shown, "the gateway did not take the webhook")
        except LookupError as error:
            return self._lost(shown, str(error))
        self._transcript.contact(shown)
        if refused:
            return self._lost(shown, f"the API answered {refused}")
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
            heard = "\n".join(filter(None, (answer.header, answer.text, answer.footer))) or f"({answer.kind})"
            found = step.expects in heard
            if found and step.finds and not self._learn(step.finds, heard):
                return self._lost(shown, f"{step.finds!r} is not in the answer {heard!r}")
            if not await self._delivered(shown, answer):
                return False
        return True

    def _learn(self, pattern: str, heard: str) -> bool:
        """Remember what the groups of *pattern* are in *heard*; False when it is not there."""
        match = re.search(pattern, heard)
        self._known.update(match.groupdict() if match else {})
        return match is not None

    async def _delivered(self, shown: str, answer: Seen) -> bool:
        ticks = await self._sim.wait_for_ticks(answer.message_id, "read", PATIENCE)
        lost = await self._lost_of(answer.message_id) if self._lost_of is not None else ()
        self._transcript.business(answer, ticks, lost)
        if ticks != "read":
            return self._lost(shown, f"the gateway was told {ticks!r} of the answer and never 'read'")
        return True

    async def _act(self, step: Step) -> str:
        """Do it; what the API says when it does not do what the business asks."""
        if step.asks:
            return await self._asks(step.asks, step.body) if self._asks is not None else "nothing"
        if step.sends:
            await self._sim.sends(self._contact, step.sends)
        elif option := self._offered(step.picks):
            await self._sim.taps(self._contact, option.id)
        else:
            await self._sim.says(self._contact, step.says or step.picks)
        return ""

    def _offered(self, words: str) -> Tappable | None:
        """The option of the newest menu whose words begin so; None where there is none to tap: a provider
        may show a menu as a text, and its options are written."""
        menu = next((m for m in reversed(self._sim.inbox(self._contact)) if m.options), None)
        if menu is None or not words:
            return None
        return next((one for one in menu.options if _plain(one.title).startswith(_plain(words))), None)

    def _shown(self, step: Step) -> str:
        """The act as a reader sees it: a tap by the option's words."""
        if step.asks:
            return f"(the shop: {step.asks})"
        if step.sends:
            return f"({step.sends})"
        option = self._offered(step.picks)
        return f"▸ {option.title}" if option is not None else step.says or step.picks

    def _lost(self, shown: str, reason: str) -> bool:
        self.missing.append(f"after {shown!r}: {reason}")
        return False


def _plain(title: str) -> str:
    """*title* without what stands before its first letter, such as a picture of it, in small letters."""
    return title[next((place for place, sign in enumerate(title) if sign.isalnum()), 0) :].casefold()
