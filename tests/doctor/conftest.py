"""A running gateway with two tenants for the doctor."""

from __future__ import annotations

from tests.api.conftest import any_house, house
from tests.support.houses import postgres_house

__all__ = ["any_house", "house", "postgres_house"]
