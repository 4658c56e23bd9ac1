"""How a table holds something of a person: by what its rows are found, and what becomes of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What a column holds that leads to a contact: the contact's id, or the id of one of the contact's
#: conversations, messages, parts of messages, events, flows, files; or the provider's id of a message.
By = Literal["contact", "conversation", "message", "part", "event", "flow", "media", "sent"]


class Held(Struct, frozen=True):
    """Rows of *table* whose *column* is one of the ids that *by* names. They are deleted. *key* are the
    columns of the primary key behind the tenant. *shown*: whether an export has them; *leaves* are columns
    that it leaves out, for they mean nothing outside of the gateway."""

    table: str
    by: By
    column: str
    key: tuple[str, ...] = ("id",)
    shown: bool = True
    leaves: tuple[str, ...] = ()


class Loose(Struct, frozen=True):
    """A table whose rows name a person anywhere in the columns *look*, beside others or not at all. All
    rows of the tenant are read, those that name the contact are deleted; with *blank* these columns are
    emptied instead."""

    table: str
    key: tuple[str, ...]
    look: tuple[str, ...]
    #: When a row was made: after the erasure began, it is somebody new who goes by the same name.
    at: str = ""
    blank: tuple[str, ...] = ()
    #: Narrows what is read, as SQL.
    where: str = ""
