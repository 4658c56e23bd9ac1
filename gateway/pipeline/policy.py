"""Whether a message may go out now: pure functions of facts.

The 24-hour window opens with the contact's last message, by the provider's clock. Inside it any kind
may be sent, outside only a template.
"""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import HOUR
from gateway.model.outbound import Outbound, Template

#: How long a template may wait for its turn to be sent.
TEMPLATE_LIFE = 72 * HOUR


class Facts(Struct, frozen=True):
    """What the decision hangs on. Microseconds UTC."""

    window_until: int


class Decision(Struct, frozen=True):
    """send, or drop with a stable *reason*. *deadline* is when it becomes useless to send it."""

    send: bool
    reason: str = ""
    deadline: int = 0


def decide(facts: Facts, message: Outbound, now: int) -> Decision:
    """Whether *message* may be sent at *now*, and until when."""
    if isinstance(message, Template):
        return Decision(True, deadline=now + TEMPLATE_LIFE)
    if facts.window_until <= now:
        return Decision(False, "window_closed")
    return Decision(True, deadline=facts.window_until)
