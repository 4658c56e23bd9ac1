"""Houses for the verification."""

from __future__ import annotations

from tests.support.houses import any_house, house

__all__ = ["any_house", "house"]
