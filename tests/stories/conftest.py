"""A house for each story: on both databases, or on SQLite where the database makes no difference."""

from __future__ import annotations

from tests.support.houses import any_house, house, postgres_house

__all__ = ["any_house", "house", "postgres_house"]
