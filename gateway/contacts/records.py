"""A contact as the API shows it."""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct

from gateway.clock import rfc3339, stamp
from gateway.contacts.attributes import Value, attributes_of
from gateway.contacts.names import Name
from gateway.contacts.queries import among
from gateway.store.port import Row, Tx


class IdentityItem(Struct, frozen=True):
    """One name of a contact. *scope* is the account in which a user id is unique, else "". *retired_at* is
    when the contact left it; it still finds the contact, for what was written before."""

    id: str
    kind: str
    value: str
    scope: str
    created_at: str
    retired_at: str | None


class ContactItem(Struct, frozen=True):
    """A contact. *name* is the profile's until somebody gives another; *conversations* are ids, one for each
    channel on which the contact was met."""

    id: str
    name: str
    username: str
    language: str
    identities: list[IdentityItem]
    attributes: dict[str, Value]
    conversations: list[str]
    created_at: str


async def items_of(tx: Tx, tenant: str, rows: list[Row]) -> list[ContactItem]:
    """The contacts of *rows* (`one`, `list`) with all that is shown of them, in three statements."""
    ids = [row["id"] for row in rows]
    names: dict[str, list[IdentityItem]] = {each: [] for each in ids}
    homes: dict[str, list[str]] = {each: [] for each in ids}
    for row in await among(tx, "identities", tenant, ids):
        names[row["contact"]].append(_identity(row))
    for row in await among(tx, "conversations", tenant, ids):
        homes[row["contact"]].append(row["id"])
    known = await attributes_of(tx, tenant, ids)
    return [
        ContactItem(
            row["id"], row["name"], row["username"], row["language"], names[row["id"]], known[row["id"]],
            homes[row["id"]], rfc3339(row["created_at"]),
        )
        for row in rows
    ]  # fmt: skip


def _identity(row: Row) -> IdentityItem:
    values = {name: cast(Any, row[name]) for name in ("kind", "value", "scope")}
    return IdentityItem(
        id=Name(**values).id, **values, created_at=rfc3339(row["created_at"]),
        retired_at=stamp(row["retired_at"]),
    )  # fmt: skip
