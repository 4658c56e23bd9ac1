"""The engine: begins flows, resumes them, parks them. One turn of a conversation is one call of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gateway.errors import FlowMisused
from gateway.facts import Parked
from gateway.flows.waiting import Waiting
from gateway.hooks.plugin import Call, Plugin
from gateway.model.inside import Woke

if TYPE_CHECKING:
    from gateway.flows.flow import Flow
    from gateway.pipeline.plan import Claim
    from gateway.pipeline.records import OpenEvent
    from gateway.pipeline.turn import Turn


class Engine:
    """*waiting* says which conversations have a flow."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    def claim(self, opened: OpenEvent) -> Claim | None:
        """The flow that waits for the message *opened*, if one does."""
        return None

    def resumer(self, plugin: Plugin, woke: Woke) -> Call:
        """What resumes the flow that *woke* names: ``call(woke, chat)``."""
        raise NotImplementedError

    async def start(
        self, turn: Turn, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        """Begin *flow* in the turn's conversation, up to its first question."""
        raise FlowMisused("flows are not there yet")

    def parked(self, turn: Turn) -> Sequence[Parked]:
        """The parked flows of the turn's conversation, newest first."""
        return ()
