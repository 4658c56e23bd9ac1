"""What is wrong with what a plugin declares of its tables, and which tables it forgot."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from gateway.hooks.personal import PersonalData
from gateway.store.migrate.source import CORE

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_TABLE = re.compile(
    r"create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)\s*\((.*?)\n\)", re.IGNORECASE | re.DOTALL
)
_ADDED = re.compile(r"alter\s+table\s+(\w+)\s+add\s+column\s+(\w+)", re.IGNORECASE)
_COLUMN = re.compile(r"(?:^|,)\s*(\w+)\s+\w+", re.MULTILINE)
#: A column that is called so, or whose name ends so, looks like a person.
_PERSONAL = ("contact", "conversation", "phone", "email", "name")


def problems(data: PersonalData) -> Iterator[str]:
    """What cannot be as it is written."""
    leads = [each for each in (data.contact, data.conversation, data.phone) if each]
    if not _NAME.fullmatch(data.table) or data.table in _own():
        yield f"{data.table[:60]!r} is no table of a plugin's; name one that its migrations make"
        return
    for name in (*leads, *data.blank):
        if not _NAME.fullmatch(name):
            yield f"the table '{data.table}' cannot have a column {name[:60]!r}"
    for what, function in (("erase", data.erase), ("export", data.export)):
        if function is not None and not inspect.iscoroutinefunction(function):
            yield f"{what} of the table '{data.table}' must be 'async def': async def {what}(db, subject)"
    if data.nobody and (leads or data.blank or data.erase or data.export):
        yield f"the table '{data.table}' holds nobody ({data.nobody}), and somebody; decide for one"
    if not data.nobody and not leads and data.erase is None:
        yield (
            f"nothing leads to a person in the table '{data.table}'; name a column (contact=, conversation=, "
            'phone=), write an erase function, or say why it holds nobody: nobody="prices only"'
        )


@cache
def _own() -> frozenset[str]:
    """The gateway's own tables."""
    return frozenset(tables(CORE.folder))


def forgotten(migrations: Path | None, declared: Sequence[PersonalData]) -> list[str]:
    """Sentences about tables that look as if they held people, and of which nothing is said."""
    said = {each.table for each in declared}
    return [
        f"{table} has {_listed(personal)}, and register_personal_data says nothing of it: nobody could be "
        f'erased from it. Return PersonalData("{table}", contact="…"), or PersonalData("{table}", '
        'nobody="why")'
        for table, columns in tables(migrations).items()
        if table not in said and (personal := [each for each in columns if _personal(each)])
    ]


def tables(migrations: Path | None) -> Mapping[str, list[str]]:
    """The columns of each table that the plugin's *migrations* make."""
    found: dict[str, list[str]] = {}
    for path in sorted(migrations.glob("*.sql")) if migrations is not None else ():
        text = path.read_text("utf-8")
        for table, body in _TABLE.findall(text):
            found.setdefault(table.lower(), []).extend(each.lower() for each in _COLUMN.findall(body))
        for table, column in _ADDED.findall(text):
            found.setdefault(table.lower(), []).append(column.lower())
    return found


def _personal(column: str) -> bool:
    return any(column == each or column.endswith(f"_{each}") for each in _PERSONAL)


def _listed(columns: Sequence[str]) -> str:
    return "a column " + " and a column ".join(dict.fromkeys(columns))
