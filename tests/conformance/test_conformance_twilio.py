"""Twilio is a provider like any other, on both databases."""

from __future__ import annotations

import pytest

from gateway.settings import StoreSettings
from gateway.testing.conformance.suite import Conformance
from providers.twilio import provider


class TestTwilio(Conformance):
    """On SQLite."""

    provider = provider


class TestTwilioOnPostgres(TestTwilio):
    """On PostgreSQL."""

    @pytest.fixture(scope="class")
    @classmethod
    def store(cls, fresh_postgres: StoreSettings) -> StoreSettings:
        """A database of its own."""
        return fresh_postgres
