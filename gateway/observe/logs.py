"""Logs: one JSON object a line on stderr, without message text, phone numbers or secrets.

Fields: ``ts`` (ISO 8601 UTC), ``level``, ``event`` (dotted constant), ``source``, then what the caller
names: ids, outcomes, durations. What a field may hold is decided in `gateway.observe.redact`.
"""

from __future__ import annotations

from typing import Any

import structlog


def get_logger(name: str) -> Any:
    """A structlog logger that stamps *name* on its lines; cheap, safe to make at import time."""
    return structlog.get_logger(source=name)
