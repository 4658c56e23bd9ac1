"""Which messages are the house's own: its claimers, in the order in which they are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.hooks.plugin import Call
from gateway.house.ground import Claimer, Ground

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent


def claimers(ground: Ground) -> tuple[Claimer, ...]:
    """All of them. The first that takes a message has it."""
    return ()


class House:
    """Asks the claimers."""

    def __init__(self, ground: Ground) -> None:
        self.claimers = list(claimers(ground))

    def claim(self, opened: OpenEvent) -> Call | None:
        """What handles the message *opened* before anybody else sees it; None when it is not the house's."""
        return next((call for each in self.claimers if (call := each(opened)) is not None), None)
