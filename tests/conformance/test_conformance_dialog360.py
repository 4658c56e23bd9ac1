"""360dialog is a provider like any other. It speaks Meta's format, whose cases run on both databases."""

from __future__ import annotations

from gateway.testing.conformance.suite import Conformance
from providers.dialog360 import provider


class TestDialog360(Conformance):
    """On SQLite."""

    provider = provider
