"""The statements of this part."""

from __future__ import annotations

from pathlib import Path

from gateway import queries

SQL = queries(Path(__file__).with_name("owner.sql"))
