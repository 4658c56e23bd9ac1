"""What a plugin says of the personal data in its tables, so that a contact can be erased and shown what is
known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:  # who imports `gateway` does not get drivers of databases
    from gateway.store.port import Db


class Subject(Struct, frozen=True):
    """The person whose data it is. *contact* and *conversations* are the ids that plugins know from
    ``chat.contact.id`` and ``chat.conversation.id``. *phones* have a "+" and digits, in every form under
    which a number may be known; *names* are the other names: user ids, addresses. *name* is how the person
    is called, "" in an erasure, whose first step takes it away."""

    contact: str
    conversations: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    name: str = ""


Erase: TypeAlias = "Callable[[Db, Subject], Awaitable[None]]"
Export: TypeAlias = "Callable[[Db, Subject], Awaitable[Sequence[Mapping[str, Any]]]]"


class PersonalData(Struct, frozen=True):
    """What a *table* of the plugin's holds of people, and what becomes of it when one is erased.

    Name the column that leads to the person: *contact* or *conversation* with the ids of ``chat.contact``
    and ``chat.conversation``, or *phone*. The rows are deleted; with *blank* they stay, and these columns
    get these values: ``blank={"contact": "", "address": ""}``. What statements cannot do, functions do:
    ``await erase(db, subject)`` and ``await export(db, subject)``, which returns rows. *erase* may be
    called several times, and finds its own work done. *nobody* says why a table that looks as if it held
    people does not.

    Tables are erased in the order in which they are declared: first what refers to others."""

    table: str
    contact: str = ""
    conversation: str = ""
    phone: str = ""
    blank: Mapping[str, str | int | None] = {}
    erase: Erase | None = None
    export: Export | None = None
    nobody: str = ""
