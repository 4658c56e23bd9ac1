"""The engine: begins flows, resumes them, parks them. One turn of a conversation is one call of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from gateway.facts import Parked
from gateway.flows.claiming import Claiming, Wish
from gateway.flows.conduct import Conduct
from gateway.flows.waiting import Waiting
from gateway.hooks.handled import Handled
from gateway.hooks.plugin import Call
from gateway.model.inside import Woke

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.flows.flow import Flow
    from gateway.message import Message
    from gateway.pipeline.plan import Claim
    from gateway.pipeline.records import OpenEvent
    from gateway.pipeline.turn import Turn


class Engine:
    """*waiting* says which conversations have a flow; *spoken* in which languages a message is read; *always*
    whether it is a command that is heard while a flow waits."""

    def __init__(
        self, waiting: Waiting, spoken: Callable[[OpenEvent], Sequence[str]],
        always: Callable[[OpenEvent], bool],
    ) -> None:  # fmt: skip
        self._waiting = waiting
        self._claiming = Claiming(waiting, spoken, always)
        self._conduct = Conduct(waiting)

    def claim(self, opened: OpenEvent) -> Claim | None:
        """The flow that waits for the message *opened*, if one does."""
        from gateway.pipeline.plan import Claim

        if not self._waiting.of(opened.tenant, opened.conversation):
            return None
        wish = self._claiming.wish(opened)
        if wish is None:
            return None
        return Claim("last" if wish.why == "park" else "first", wish.plugin, "flow", self._answerer(wish))

    def _answerer(self, wish: Wish) -> Call:
        async def answer(message: Message, chat: Chat) -> Any:
            turn = _turn_of(chat)
            if wish.why == "park":
                await self._conduct.parking.park(turn, wish.flow)
                return None
            return Handled if await self._conduct.answered(turn, wish) else None

        return cast(Call, answer)

    def resumer(self) -> Call:
        """What resumes the flow that a `Woke` names: ``call(woke, chat)``."""

        async def resume(woke: Woke, chat: Chat) -> None:
            await self._conduct.woken(_turn_of(chat), woke)

        return cast(Call, resume)

    async def start(
        self, turn: Turn, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        """Begin *flow* in the turn's conversation, up to its first question."""
        await self._conduct.begin(turn, flow, args, kwargs)

    async def drop(self, turn: Turn, parked: Parked) -> bool:
        """End a flow that was put aside."""
        return await self._conduct.drop(turn, parked)

    def parked(self, turn: Turn) -> Sequence[Parked]:
        """The parked flows of the turn's conversation, newest first."""
        return self._conduct.parking.parked(turn)


def _turn_of(chat: Chat) -> Turn:
    from gateway.chat import desk_of
    from gateway.pipeline.turn import Turn

    desk = desk_of(chat)
    assert isinstance(desk, Turn)
    return desk
