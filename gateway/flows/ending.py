"""What a contact reads when a flow ends by itself, is parked, or begins again: the gateway's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import FlowCancelled, FlowEnded, FlowTimeout, JobFailed, SendRefused
from gateway.flows import taps
from gateway.language.words import Words
from gateway.model.outbound import Button, Buttons, Outbound, Text
from gateway.observe import get_logger

if TYPE_CHECKING:
    from gateway.pipeline.turn import Turn

log = get_logger("gateway.flows")


def farewell(words: Words, ended: FlowEnded) -> str:
    """The polite end of a flow that does not catch *ended*."""
    if isinstance(ended, FlowCancelled):
        return words.core("Cancelled.")
    if isinstance(ended, FlowTimeout):
        return words.core("We have not heard from you for a while, so we stopped here. Write to us any time.")
    if isinstance(ended, JobFailed):
        return words.core("Sorry, that did not work. Please try again later.")
    return words.core("Sorry, we could not understand you, so we stopped here. Please try again later.")


def changed(words: Words) -> str:
    """Before a flow whose function has changed begins again."""
    return words.core("We have changed something here, so let us begin again.")


def broken(words: Words) -> str:
    """The end of a flow that cannot go on."""
    return words.core("Sorry, something went wrong here, so we had to stop. Please try again later.")


def offer(words: Words, flow: str, title: str) -> Outbound:
    """The button that goes on with a parked flow."""
    text = (
        words.core("You were in the middle of this: {title}.", title=title)
        if title
        else words.core("You were in the middle of something.")
    )
    return Buttons(text, [Button(taps.resume_id(flow), words.core("Continue"))])


async def tell(turn: Turn, message: str | Outbound) -> None:
    """Say what the gateway says by itself; a contact who cannot be written to now is not told."""
    try:
        await turn.send(Text(message) if isinstance(message, str) else message)
    except SendRefused as refused:
        log.info("flow.not_told", plugin=turn.plugin, reason=refused.code)
