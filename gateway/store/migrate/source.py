"""Migrations as files: `0001_core.sql`, or `0002_more.postgres.sql` where the databases differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import SettingsError
from gateway.store.port import Dialect

_FILE = re.compile(r"(\d{4}_\w+)(?:\.(sqlite|postgres))?\.sql")
_KEYED = "/*keyed*/"
#: A migration says with which code it can be used: "-- beside: 0011_cluster" is code that knows that one.
_BESIDE = re.compile(r"^-- beside: (\d{4}_\w+)$", re.MULTILINE)

# The runner's own table; (component, name) is what a database remembers of a migration. *beside* is the
# migration of the same component that older code has to know to work on, '' when none does.
TABLE = """
create table if not exists migration (
    component text not null,
    name text not null,
    applied_at bigint not null,
    beside text not null default '',
    primary key (component, name)
)
"""
#: For a table from before there was the column.
ADD_BESIDE = "alter table migration add column beside text not null default ''"


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the system with tables of its own: the core, or a plugin by its name."""

    name: str
    folder: Path


CORE = Component("core", Path(__file__).parent.parent / "migrations")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step; *sql* is already in the dialect's form."""

    component: str
    name: str
    sql: str

    @property
    def full_name(self) -> str:
        return f"{self.component}/{self.name}"

    @property
    def beside(self) -> str:
        """The migration that code has to know at least to work on the schema after this one; "" for this."""
        found = _BESIDE.search(self.sql)
        return found[1] if found else ""


def migrations(components: Sequence[Component], dialect: Dialect) -> list[Migration]:
    """Every migration that the installed code knows, in order."""
    return [step for component in components for step in _of_component(component, dialect)]


def _of_component(component: Component, dialect: Dialect) -> list[Migration]:
    found: dict[str, Path] = {}
    for path in sorted(component.folder.glob("*.sql")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise SettingsError(str(path), "not a migration's name", "name it like 0002_orders.sql")
        if match[2] in (None, dialect) and (match[2] or match[1] not in found):
            found[match[1]] = path
    return [Migration(component.name, name, _read(found[name], dialect)) for name in sorted(found)]


def _read(path: Path, dialect: Dialect) -> str:
    return path.read_text("utf-8").replace(_KEYED, "WITHOUT ROWID" if dialect == "sqlite" else "")


def outstanding(
    known: Sequence[Migration], applied: Iterable[tuple[str, str, str]], where: str
) -> list[Migration]:
    """What is known but not applied, of a database where *applied* were: component, name, beside.

    A database that is ahead of the code raises `SettingsError`, unless what is new there says that this
    code may work beside it.
    """
    every = list(applied)
    done = {(component, name) for component, name, _ in every}
    ours = {(step.component, step.name) for step in known}
    components = {step.component for step in known}
    newer = sorted(
        f"{component}/{name}"
        for component, name, beside in every
        if component in components and (component, name) not in ours and (component, beside) not in ours
    )
    if newer:
        problem = f"the schema is newer than this code: it has {', '.join(newer)}"
        raise SettingsError(where, problem, _newer_code({name.partition("/")[0] for name in newer}))
    return [step for step in known if (step.component, step.name) not in done]


def refused(step: Migration, error: Exception) -> SettingsError:
    """The error for a *step* with SQL that the database does not take."""
    remedy = f"correct {step.name}.sql; nothing of it was kept"
    return SettingsError(step.full_name, f"the database refuses it: {error}", remedy)


def _newer_code(components: set[str]) -> str:
    """What to install where a database is ahead."""
    plugins = sorted(components - {CORE.name})
    if CORE.name in components:
        return "install the version of the gateway that made it"
    names = ", ".join(f"the plugin {name!r}" for name in plugins)
    return f"install the version of {names} that made it, or a newer one"
