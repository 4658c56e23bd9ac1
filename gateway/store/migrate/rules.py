"""What every tenant's table has to be, the core's and the plugins': checked behind each migration, in its
own transaction, so that one which breaks a rule leaves nothing.

The policies keep rows apart only where the tenant is part of every key: a unique index without it tells one
tenant that another has a value, and a foreign key without it points into another's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gateway.errors import SettingsError
from gateway.store.migrate.schema import Relation, Schema
from gateway.store.migrate.source import CORE, Component, Migration

TENANT = "tenant"

#: The core's unique indexes that span tenants, by name (a primary key by its table's), and why. A plugin
#: has none.
SPANNING: Mapping[str, str] = {
    "feed_open": "rows of all tenants wait in one order until they are numbered, and nobody is shown it",
    "api_key_id": "whose key it is, is what is asked: the id comes before the tenant is known",
    "channel_webhook": "a webhook's address names provider and channel, and the tenant follows from them",
}

#: A problem with what is to be written instead.
Finding = tuple[str, str]


def check(step: Migration, before: Schema, after: Schema, components: Iterable[Component]) -> None:
    """Raise `SettingsError` when what *step* made or changed breaks a rule."""
    owners = Owners(components)
    for name, relation in after.items():
        if before.get(name) == relation:
            continue
        for problem, remedy in _findings(step, relation, after, owners):
            raise SettingsError(step.full_name, problem, remedy)


class Owners:
    """Whose a table is, by its name: a plugin's begin with the plugin's name, all others are the core's."""

    def __init__(self, components: Iterable[Component]) -> None:
        plugins = [each.name for each in components if each.name != CORE.name]
        self._prefixes = sorted(((prefix(name), name) for name in plugins), key=lambda pair: -len(pair[0]))

    def owner(self, table: str) -> str:
        """The component's name. Of two plugins whose names begin alike, the longer name counts."""
        return next((name for start, name in self._prefixes if table.startswith(start)), CORE.name)


def prefix(plugin: str) -> str:
    """How the names of *plugin*'s tables begin: "commerce_"."""
    return plugin.replace("-", "_") + "_"


def _findings(step: Migration, relation: Relation, after: Schema, owners: Owners) -> Iterator[Finding]:
    name = relation.name
    if step.component != CORE.name:
        if owners.owner(name) != step.component:
            yield (
                f"{name} is not named after the plugin",
                f"call it {prefix(step.component)}{name}: other names are not the plugin's",
            )
        if relation.kind == "other":
            yield (
                f"{name} is neither a table nor a view: a sequence, for one, counts across tenants",
                "use text ids and plain views",
            )
    if relation.kind == "view":
        yield from _view(relation, step.component != CORE.name)
    elif relation.kind in ("table", "partition"):
        yield from _table(relation, after, plugin=step.component != CORE.name)


def _view(view: Relation, plugin: bool) -> Iterator[Finding]:
    if not view.invoker:
        yield (
            f"view {view.name} reads with its owner's rights, past the row policies",
            f"create view {view.name} with (security_invoker = true) as …, in a file NNNN_name.postgres.sql",
        )
    if plugin and TENANT not in view.columns:
        yield (
            f"view {view.name} has no column tenant, so nobody could ask for one tenant's rows",
            "select the tenant too",
        )


def _table(table: Relation, after: Schema, *, plugin: bool) -> Iterator[Finding]:
    if TENANT not in table.columns:
        if plugin:
            yield (
                f"table {table.name} has no column tenant",
                "write: tenant text not null, and let the primary key begin with it",
            )
        return
    if TENANT not in table.required:
        yield (
            f"{table.name}.tenant may be null, and such a row is nobody's",
            "write: tenant text not null",
        )
    if table.primary[:1] != (TENANT,) and (plugin or table.name not in SPANNING):
        yield (
            f"the primary key of {table.name} does not begin with tenant",
            f"write: primary key (tenant, {', '.join(table.primary) or 'id'})",
        )
    for key in table.unique:
        if key.columns[:1] != (TENANT,) and (plugin or key.name not in SPANNING):
            yield (
                f"the unique index {key.name} of {table.name} does not begin with tenant: it would tell one "
                f"tenant what another has",
                f"make it on (tenant, {', '.join(filter(None, key.columns)) or '…'})",
            )
    yield from _references(table, after, plugin)


def _references(table: Relation, after: Schema, plugin: bool) -> Iterator[Finding]:
    for one in table.references:
        target = after.get(one.table)
        if target is None or TENANT not in target.columns:
            if plugin:
                yield (
                    f"{table.name} refers to {one.table}, which is no tenant's",
                    "refer to a table with a tenant column, or keep the id without a reference",
                )
        elif (TENANT, TENANT) not in zip(one.columns, one.targets, strict=False):
            others = ", ".join(name for name in one.columns if name != TENANT)
            yield (
                f"the foreign key ({', '.join(one.columns)}) of {table.name} leaves out the tenant, so "
                f"it may point at another tenant's row of {one.table}",
                f"write: foreign key (tenant, {others}) references {one.table} (tenant, …)",
            )
