"""The SQL of files, by name."""

from __future__ import annotations

from pathlib import Path

from gateway.store.sql import load_queries

_FOLDER = Path(__file__).parent.parent / "store" / "queries"

MEDIA = load_queries(_FOLDER / "media.sql")
OFFER = load_queries(_FOLDER / "offer.sql")
