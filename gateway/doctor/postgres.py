"""A PostgreSQL database: its version and settings, the roles, the row policies and rights."""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from gateway.model.finding import Finding
from gateway.store.migrate.postgres import looking
from gateway.store.postgres.pools import BESIDE, SIZES

OLDEST = 13
#: Connections beside those of the processes: the superuser's, a dump, a psql.
SPARE = 5
_SETTINGS = "select name, setting from pg_settings where name = any($1)"
_NEEDED = ("fsync", "full_page_writes", "synchronous_commit", "max_connections")
_ROLE = """
select current_user::text as name, rolsuper, rolbypassrls,
    exists (select 1 from pg_class c where c.relnamespace = current_schema()::regnamespace
        and c.relname = 'message' and c.relowner = r.oid) as owner
from pg_roles r where rolname = current_user
"""
_TENANTS = """
select c.relname::text as name, c.relrowsecurity and c.relforcerowsecurity as forced,
    exists (select 1 from pg_policy p where p.polrelid = c.oid) as policies
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""
_GRANTS = """
select c.relname::text as name, c.relispartition as part,
    has_table_privilege(current_user, c.oid, 'select') as readable
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
"""


async def findings(
    url: str, worker_url: str, pools: Mapping[str, int] = SIZES, processes: int = 1
) -> list[Finding]:
    """All of them, seen as each of the two roles. *pools* are those of one process, of which there are
    *processes*. Raises `GatewayError` when one cannot sign in."""
    async with looking(url) as connection:
        known = {row["name"]: row["setting"] for row in await connection.fetch(_SETTINGS, _NEEDED)}
        used = await connection.fetchval("select count(*) from pg_stat_activity")
        found = [version(connection.get_server_version().major), durability(known)]
        ours = sum(pools.values()) + BESIDE
        found.append(connections(int(known["max_connections"]), used, ours, processes))
        found += await _as_role(connection, "application", worker_url in ("", url))
    if worker_url not in ("", url):
        async with looking(worker_url) as connection:
            found += await _as_role(connection, "workers", True)
    return found


def version(major: int) -> Finding:
    """Of the server."""
    remedy = f"upgrade it: {OLDEST} is the oldest that is supported" if major < OLDEST else ""
    return Finding("version", major >= OLDEST, f"PostgreSQL {major}", remedy)


def durability(known: Mapping[str, str]) -> Finding:
    """Whether what was committed survives a power cut."""
    wrong = [
        f"{name} is {known.get(name)}" for name in ("fsync", "full_page_writes") if known.get(name) != "on"
    ]
    if known.get("synchronous_commit") in ("off", None):
        wrong.append(f"synchronous_commit is {known.get('synchronous_commit')}")
    if not wrong:
        return Finding("durability", True, "fsync, full_page_writes and synchronous_commit are on")
    remedy = "set it on in postgresql.conf: a webhook that was answered 200 could be lost"
    return Finding("durability", False, ", ".join(wrong), remedy)


def connections(
    most: int, used: int, ours: int = sum(SIZES.values()) + BESIDE, processes: int = 1
) -> Finding:
    """Whether the server has as many as the *processes* may take, *ours* each at most: *most* in all, *used*
    now."""
    needed = ours * processes
    many = f"1 process of a gateway takes up to {ours}"
    if processes > 1:
        many = f"{processes} processes of a gateway take up to {needed} ({ours} each)"
    detail = f"max_connections {most}, {used} in use; {many}"
    remedy = "raise max_connections, or give other programs fewer"
    if most < needed + SPARE:
        return Finding("connections", False, detail, remedy)
    return Finding("connections", True, detail, remedy if most - used < ours else "")


async def _as_role(connection: asyncpg.Connection, whose: str, works: bool) -> list[Finding]:
    row = await connection.fetchrow(_ROLE)
    tables = await connection.fetch(_GRANTS)
    found = [
        role(whose, row["name"], superuser=row["rolsuper"], bypass=row["rolbypassrls"], owner=row["owner"]),
        grants(
            whose,
            [each["name"] for each in tables if not each["part"] and not each["readable"]],
            [each["name"] for each in tables if each["part"] and each["readable"] and not row["owner"]],
        ),
    ]
    if works:
        tenants = await connection.fetch(_TENANTS)
        found.append(
            policies([each["name"] for each in tenants if not each["forced"] or not each["policies"]])
        )
    return found


def role(whose: str, name: str, *, superuser: bool, bypass: bool, owner: bool) -> Finding:
    """Whether the row policies bind the role of *whose*."""
    what = f"role of the {whose}"
    if superuser or bypass:
        kind = "a superuser" if superuser else "a role with BYPASSRLS"
        remedy = "use an ordinary role: create role gateway_app login; then run `gateway migrate`"
        return Finding(what, False, f"{name} is {kind}, whom row-level security does not bind", remedy)
    if owner:
        remedy = "give migrations a role of their own in [store] migrate_url; forced policies hold meanwhile"
        return Finding(what, True, f"{name} owns the tables", remedy)
    return Finding(what, True, f"{name} is bound by row-level security")


def grants(whose: str, missing: list[str], partitions: list[str]) -> Finding:
    """Rights that are *missing* on tables, and those on *partitions*, which would skip the policies."""
    what = f"grants of the {whose}"
    if missing:
        return Finding(what, False, f"may not read {', '.join(missing)}", "run `gateway migrate`")
    if partitions:
        detail = f"may read {', '.join(partitions)} directly, past the row policies"
        return Finding(what, False, detail, "run `gateway migrate`, which takes it away")
    return Finding(what, True, "all tables, no partition directly")


def policies(open_: list[str]) -> Finding:
    """Tenants' tables that no forced policy guards."""
    if open_:
        return Finding("row security", False, f"not forced on {', '.join(open_)}", "run `gateway migrate`")
    return Finding("row security", True, "forced on every table of tenants")
