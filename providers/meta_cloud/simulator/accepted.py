"""What the simulator took from the business."""

from __future__ import annotations

from typing import Any, NamedTuple


class Accepted(NamedTuple):
    """A message that the simulator took: its id, the whole request, and the caller's own id in it."""

    message_id: str
    body: dict[str, Any]
    correlation: str
