"""The pipeline's SQL, by file and name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.store.port import Dialect
from gateway.store.sql import Queries, load_queries

_FOLDER = Path(__file__).parent.parent / "store" / "queries"

JOURNAL = load_queries(_FOLDER / "journal.sql")
PEOPLE = load_queries(_FOLDER / "people.sql")
RECORD = load_queries(_FOLDER / "record.sql")
STATUS = load_queries(_FOLDER / "status.sql")
TURN = load_queries(_FOLDER / "turn.sql")
OUTBOX = load_queries(_FOLDER / "outbox.sql")
QUEUE = load_queries(_FOLDER / "queue.sql")
RECOVER = load_queries(_FOLDER / "recover.sql")
MESSAGES = load_queries(_FOLDER / "messages.sql")
SCHEDULE = load_queries(_FOLDER / "schedule.sql")
NOTE = load_queries(_FOLDER / "note.sql")
BACKLOG = load_queries(_FOLDER / "backlog.sql")
REFUSED = load_queries(_FOLDER / "refused.sql")
FLOW = load_queries(_FOLDER / "flow.sql")
QUOTE = load_queries(_FOLDER / "quote.sql")
MENU = load_queries(_FOLDER / "menu.sql")
REOPEN = load_queries(_FOLDER / "reopen.sql")
RESTORED = load_queries(_FOLDER / "restored.sql")


@cache
def journal_queries(dialect: Dialect) -> Queries:
    """The journal's for *dialect*: PostgreSQL appends in one statement, and locks what fences."""
    return load_queries(_FOLDER / "journal.sql", dialect)
