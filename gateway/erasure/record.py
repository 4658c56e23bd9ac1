"""An erasure and an export as they are kept."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.clock import rfc3339, stamp
from gateway.store.port import Row


class Tell(Struct, frozen=True):
    """Whom to tell when it is done: the conversation in which it was asked for, and its language."""

    conversation: str
    language: str = ""


class Erasure(Struct):
    """One contact that is being forgotten. See the table."""

    tenant: str
    id: str
    contact: str
    state: Literal["running", "done"]
    step: str
    mark: str
    round: int
    removed: int
    expected: int
    tell: str
    created_at: int

    @property
    def told(self) -> Tell | None:
        """Whom to tell; None for nobody."""
        return msgspec.json.decode(self.tell, type=Tell) if self.tell else None


class ErasureItem(Struct, frozen=True):
    """A contact that is, or was, erased. *state* is running or done; *progress* from 0 to 1, *step* what is
    being done, *rows* how many rows were removed. *digest* is a keyed hash of the contact's names: it
    proves later, to whoever has the name, that this was the contact, and says nothing to others."""

    id: str
    contact: str
    state: str
    step: str
    progress: float
    rows: int
    digest: str
    created_at: str
    finished_at: str | None


class ExportItem(Struct, frozen=True):
    """What is known of a contact, as a file. *state* is waiting, done, failed or expired. *url* is a signed
    link that works until *expires_at*, null while there is no file. *rows* counts what is in it, by
    table."""

    id: str
    contact: str
    state: str
    url: str | None
    size: int
    rows: dict[str, int]
    error: str | None
    created_at: str
    finished_at: str | None
    expires_at: str | None


def erasure_of(row: Row) -> Erasure:
    """The erasure in a row."""
    return Erasure(
        row["tenant"], row["id"], row["contact"], row["state"], row["step"], row["mark"], row["round"],
        row["removed"], row["expected"], row["tell"], row["created_at"],
    )  # fmt: skip


def erasure_item(row: Row) -> ErasureItem:
    """What the API and the command show of a row."""
    done = row["state"] == "done"
    progress = 1.0 if done else min(0.99, row["removed"] / max(row["expected"], 1))
    return ErasureItem(
        row["id"], row["contact"], row["state"], "" if done else row["step"], round(progress, 2),
        row["removed"], row["digest"], rfc3339(row["created_at"]), stamp(row["finished_at"]),
    )  # fmt: skip


def export_item(row: Row, url: str | None) -> ExportItem:
    """What the API and the command show of a row."""
    return ExportItem(
        row["id"], row["contact"], row["state"], url, row["size"], msgspec.json.decode(row["counts"] or "{}"),
        row["error"] or None, rfc3339(row["created_at"]), stamp(row["finished_at"]), stamp(row["expires_at"]),
    )  # fmt: skip
