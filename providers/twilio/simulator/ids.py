"""SIDs that were never given before, and the two ways in which Twilio writes a moment."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from email.utils import format_datetime

from gateway.clock import SECOND


def sid(prefix: str) -> str:
    """Two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


def moment(at: int) -> datetime:
    """*at* (microseconds) in UTC, to the second."""
    return datetime.fromtimestamp(at // SECOND, UTC)


def rfc2822(at: int | None) -> str | None:
    """As messages and media have it: "Fri, 20 Nov 2026 10:00:00 +0000"."""
    return None if at is None else format_datetime(moment(at))


def iso8601(at: int) -> str:
    """As contents and senders have it: "2026-11-20T10:00:00Z"."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%SZ")
