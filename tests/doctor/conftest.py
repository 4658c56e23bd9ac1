"""A running gateway with two tenants for the doctor."""

from __future__ import annotations

from tests.api.conftest import any_house, house

__all__ = ["any_house", "house"]
