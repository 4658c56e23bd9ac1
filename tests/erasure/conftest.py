"""A house for each story, on both databases."""

from __future__ import annotations

from tests.support.houses import any_house, house

__all__ = ["any_house", "house"]
