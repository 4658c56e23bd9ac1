"""What can go wrong with a measurement."""

from __future__ import annotations


class BenchError(Exception):
    """A measurement that would not mean what it claims; the message says what happened."""
