"""What the house looks at when it decides whether a message is its own: what is known in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from gateway.clock import Clock
from gateway.flows.waiting import Waiting
from gateway.hooks.plugin import Call
from gateway.observe.metrics import Metrics
from gateway.settings.policy import Policy
from gateway.store.seal import Seal

if TYPE_CHECKING:
    from gateway.pipeline.records import OpenEvent

#: Takes a message, or leaves it: the call that handles it, ``call(message, chat)``, or None. It is asked
#: before each message is handled, and again when that was interrupted: it looks, and changes nothing.
Claimer = Callable[["OpenEvent"], Call | None]


class Ground(Struct, frozen=True):
    """*spoken* gives the languages in which a message is read, *policy* a tenant's rules, *waiting* the flows
    of conversations; *seal* opens what a tenant has sealed; *backups* is for how long they are kept, in
    seconds."""

    clock: Clock
    metrics: Metrics
    waiting: Waiting
    spoken: Callable[[OpenEvent], Sequence[str]]
    policy: Callable[[str], Policy]
    seal: Seal
    backups: float = 35 * 86_400.0
