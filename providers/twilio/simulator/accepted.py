"""What the simulator took from the business."""

from __future__ import annotations

from typing import NamedTuple


class Accepted(NamedTuple):
    """A message that the simulator took: its SID, the form, and the URL that its statuses go to."""

    message_id: str
    body: dict[str, str]
    callback: str
