"""Whether a message may go out, and when: pure functions of facts.

The 24-hour window opens with the contact's last message, by the provider's clock. Inside it any kind
may be sent, outside only a template. A marketing template waits when the contact had enough of them.
"""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import DAY, HOUR
from gateway.model.outbound import Outbound, templated

#: How long a template may wait for its turn to be sent.
TEMPLATE_LIFE = 72 * HOUR
#: How far ahead a message may be asked for: a year.
AHEAD = 366 * DAY


class Facts(Struct, frozen=True):
    """What the decision hangs on. Microseconds UTC. *marketing* when the message is known to be marketing;
    *marketing_after* is before when the contact gets no more of that."""

    window_until: int
    marketing: bool = False
    marketing_after: int = 0


class Decision(Struct, frozen=True):
    """send, or drop with a stable *reason*. *deadline* is when it becomes useless to send it.

    *hold* is until when it has to wait, 0 when it may go now; *reason* then says why, "" when that was
    asked for. For a free-form message that waits, *deadline* is 0 when its window has to open first."""

    send: bool
    reason: str = ""
    deadline: int = 0
    hold: int = 0


def decide(facts: Facts, message: Outbound, now: int, at: int = 0) -> Decision:
    """Whether *message* may be sent at *now*, and until when; or at the later time *at*.

    The window of a later time is not known yet: the contact may write until then. So a free-form message
    for later is let through, and judged once more when it is due."""
    due = max(now, at)
    hold = at if at > now else 0
    if templated(message):
        if facts.marketing and facts.marketing_after > due:
            return Decision(True, "ecosystem_limited", due + TEMPLATE_LIFE, facts.marketing_after)
        return Decision(True, deadline=due + TEMPLATE_LIFE, hold=hold)
    if facts.window_until > due:
        return Decision(True, deadline=facts.window_until, hold=hold)
    if hold:
        return Decision(True, "window_ends_before", hold=hold)
    return Decision(False, "window_closed")
