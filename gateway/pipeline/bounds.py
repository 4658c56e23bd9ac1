"""How much one turn may set going: a plugin that never stops is told so, before memory and disk are full. And
how much is kept of what went wrong."""

from __future__ import annotations

from collections.abc import Sized

from gateway.errors import PluginError
from gateway.model.inside import Emitted, Happening

#: Messages, jobs, events: of each in one turn, and in one run of a job.
MOST, MOST_OF_JOB = 1_000, 10_000
#: Events, each emitted by the turn of the one before.
DEEPEST = 32
#: Characters of a dead letter's detail.
DETAIL = 2_000


def keepable(detail: str) -> str:
    """*detail* as a dead letter keeps it: an exception may say what PostgreSQL keeps in no text."""
    return detail[:DETAIL].replace("\0", "\\x00")


def room(kept: Sized, most: int, plugin: str, what: str) -> None:
    """Raise `PluginError` when there is no room in *kept* for more *what*."""
    if len(kept) >= most:
        raise PluginError(
            f"plugin '{plugin}' has {most:,} {what} in one turn and goes on: end the loop that makes them, "
            "or do the work piece by piece in jobs"
        )


def depth_after(event: Happening, plugin: str, name: str) -> int:
    """How many events lie before the one that is emitted now, in the turn of *event*. Raises
    `PluginError` when they call each other in a circle."""
    depth = event.depth + 1 if isinstance(event, Emitted) else 0
    if depth > DEEPEST:
        raise PluginError(
            f"plugin '{plugin}' emits '{name}' behind {DEEPEST} events that called each other: a listener "
            "emits what leads back to it; let one of them emit only when something has changed"
        )
    return depth
