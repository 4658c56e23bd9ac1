"""Every route of the API, in the order of its reference."""

from __future__ import annotations

from gateway.api.messages import Messages
from gateway.api.parts import Parts
from gateway.api.route import Route


def every_route(parts: Parts) -> list[Route]:
    """The routes of all resources."""
    line = parts.line
    return [
        *Messages(
            parts.channels, line.enqueue, line.canceller, parts.clock, parts.cursors, line.files
        ).routes(),
    ]
