"""A house for each story of a job: on both databases, or on SQLite where the database makes no difference."""

from __future__ import annotations

from tests.support.houses import any_house as house
from tests.support.houses import house as sqlite_house

__all__ = ["house", "sqlite_house"]
