"""When a message may go by its window alone: a pure function.

The 24-hour window opens with the contact's last message, by the provider's clock. Inside it any kind
may be sent, outside only a template.
"""

from __future__ import annotations

from msgspec import Struct

from gateway.clock import DAY, HOUR

#: How long a template may wait for its turn to be sent.
TEMPLATE_LIFE = 72 * HOUR
#: How far ahead a message may be asked for: a year.
AHEAD = 366 * DAY


class Timing(Struct, frozen=True):
    """send, or drop with a stable *reason*. *deadline* is when it becomes useless to send it.

    *hold* is until when it has to wait, 0 when it may go now; *reason* then says why, "" when that was
    asked for. For a free-form message that waits, *deadline* is 0 when its window has to open first."""

    send: bool
    reason: str = ""
    deadline: int = 0
    hold: int = 0


def timing(window_until: int, free_form: bool, now: int, at: int = 0) -> Timing:
    """Whether a message may be sent at *now*, and until when; or at the later time *at*.

    The window of a later time is not known yet: the contact may write until then. So a free-form message
    for later is let through, and judged once more when it is due."""
    due = max(now, at)
    hold = at if at > now else 0
    if not free_form:
        return Timing(True, deadline=due + TEMPLATE_LIFE, hold=hold)
    if window_until > due:
        return Timing(True, deadline=window_until, hold=hold)
    if hold:
        return Timing(True, "window_ends_before", hold=hold)
    return Timing(False, "window_closed")
