"""What plugins hold of a person, as they declared it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.erasure.queries import removal, rows
from gateway.erasure.who import Who
from gateway.erasure.work import ROWS, Next, Work, each_of
from gateway.errors import GatewayError
from gateway.hooks.host import Host
from gateway.hooks.personal import PersonalData, Subject
from gateway.jobs.db import JobDb
from gateway.observe import get_logger
from gateway.store.port import Store, Tx
from gateway.store.sql import load_queries

log = get_logger("gateway.erasure")

#: Seconds that a function of a plugin gets.
DEADLINE = 60.0


class PluginFailed(GatewayError):
    """A plugin could not erase or show what it holds; the erasure waits, and tries again."""


class Personal:
    """The tables of all plugins that are loaded, for every tenant: what is not in use may have been."""

    def __init__(self, host: Host, store: Store) -> None:
        self._host, self._store = host, store
        self._sql = load_queries(Path(__file__).with_name("erasure.sql"), store.dialect)

    def declared(self) -> Iterator[tuple[str, PersonalData]]:
        """(plugin, what it declared), in order."""
        for plugin in self._host.plugins.values():
            for each in plugin.offers.personal:
                yield plugin.name, each

    async def erase(self, work: Work) -> Next:
        """The step of an erasure. A plugin that fails holds it up, for nobody else knows its tables."""
        person = subject(work.who)
        for plugin, data in self.declared():
            if data.erase is not None:
                await self._call(plugin, work.tenant, data.erase, person)
            for column, values in _values(data, person):
                await self._rows(work, data, column, values)
        return Next.DONE

    async def _rows(self, work: Work, data: PersonalData, column: str, values: Sequence[str]) -> None:
        if data.blank:
            emptied = ", ".join(f"{name} = :b{n}" for n, name in enumerate(data.blank))
            sql = f"update {data.table} set {emptied} where tenant = :tenant and {column} = :value"
            given = {f"b{n}": value for n, value in enumerate(data.blank.values())}
            await work.remove(lambda tx: _uncounted(tx, sql, work.tenant, values, given))
            return
        key = await self.key(data.table)
        if not key:
            raise PluginFailed(f"the table {data.table} has no primary key")
        sql, few = removal(data.table, key, column), max(1, ROWS // len(values))
        while await work.remove_each(sql, values, limit=few):
            pass

    async def shown(self, tenant: str, who: Who) -> dict[str, list[Mapping[str, Any]]]:
        """What every plugin holds of a contact, by table."""
        person, found = subject(who), dict[str, list[Mapping[str, Any]]]()
        for plugin, data in self.declared():
            if data.export is not None:
                some = await self._call(plugin, tenant, data.export, person)
                found.setdefault(data.table, []).extend(dict(row) for row in some or ())
                continue
            for column, values in _values(data, person):
                wanted = [{"tenant": tenant, "value": value} for value in values]
                found.setdefault(data.table, []).extend(
                    await self._read(tenant, rows(data.table, column), wanted)
                )
        return {table: some for table, some in found.items() if some}

    async def _read(
        self, tenant: str, sql: str, wanted: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Rows as they are, without the tenant."""
        some = await self._store.scope(tenant).read(lambda tx: tx.each(sql, wanted))
        return [{name: row[name] for name in list(row.keys()) if name != "tenant"} for row in some]

    async def key(self, table: str) -> tuple[str, ...]:
        """The columns of a table's primary key behind the tenant."""
        found = await self._store.read(lambda tx: tx.all(self._sql.primary_key, relation=table))
        return tuple(row["name"] for row in found if row["name"] != "tenant")

    async def _call(self, plugin: str, tenant: str, function: Any, person: Subject) -> Any:
        db = JobDb(self._store, tenant)
        try:
            async with asyncio.timeout(DEADLINE):
                return await function(db, person)
        except Exception as error:  # whatever a plugin does wrong
            log.error("erasure.plugin_failed", plugin=plugin, tenant=tenant, problem=type(error).__name__)
            raise PluginFailed(f"plugin '{plugin}': {type(error).__name__}") from error
        finally:
            db.end()


async def _uncounted(tx: Tx, sql: str, tenant: str, values: Sequence[str], given: Mapping[str, Any]) -> int:
    """Rows that stay are no progress: they are found again in each round."""
    await each_of(tx, sql, tenant, values, **given)
    return 0


def _values(data: PersonalData, person: Subject) -> Iterator[tuple[str, Sequence[str]]]:
    """The columns of *data* that lead to *person*, each with what stands in it."""
    if data.contact:
        yield data.contact, (person.contact,)
    if data.conversation and person.conversations:
        yield data.conversation, person.conversations
    if data.phone and person.phones:
        yield data.phone, (*person.phones, *(each[1:] for each in person.phones))


def subject(who: Who, name: str = "") -> Subject:
    """*who*, as plugins are told."""
    return Subject(
        who.contact,
        tuple(talk.id for talk in who.talks),
        tuple(f"+{each}" for each in sorted(who.numbers)),
        tuple(each.value for each in who.names if each.kind != "phone"),
        name,
    )
