"""Which messages are the house's own: its claimers, in the order in which they are asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gateway.hooks.plugin import Call
from gateway.house import privacy, stop
from gateway.house.ground import Claimer, Ground
from gateway.house.hush import Hush, Hushed

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent


def claimers(ground: Ground) -> tuple[Claimer, ...]:
    """All of them. The first that takes a message has it."""
    return (partial(stop.claim, ground), partial(privacy.claim, ground))


class House:
    """Asks the claimers, and knows who is not answered."""

    def __init__(self, ground: Ground, loop_limit: int) -> None:
        self._ground, self.claimers = ground, list(claimers(ground))
        self.hushed = Hush(ground, loop_limit)

    def claim(self, opened: OpenEvent) -> Call | None:
        """What handles the message *opened* before anybody else sees it; None when it is not the house's."""
        return next((call for each in self.claimers if (call := each(opened)) is not None), None)

    def hush(self, opened: OpenEvent, own: bool) -> Hushed | None:
        """What is done about the message *opened* of a contact who is not answered; None: it is answered.
        *own*: it is the house's, which hears everybody."""
        return self.hushed.judge(opened, own and not stop.perhaps(self._ground, opened))
