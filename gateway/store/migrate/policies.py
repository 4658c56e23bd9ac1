"""Row-level security and grants, the same for every table, put by the runner and never by hand.

A table with a `tenant` column shows the application's role only the rows of the tenant whose unit is
open (`app.tenant`); the workers' role sees all. After a transaction the setting is '' and not NULL, hence
the nullif. Tables without a tenant are the workers' alone. Grants go to parents, never to a partition:
a partition that is read directly would skip the parent's policy. The audit log can be read and added to;
a trigger lets what had its time go.
"""

from __future__ import annotations

import asyncpg

# 'r' ordinary, 'p' partitioned, 'v' a view, which reads with the rights of whoever asks (see rules.py).
_TABLES = """
select c.oid::regclass::text as name, c.relkind = 'v' as view, c.relispartition as partition,
    exists (select 1 from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped) as tenants
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v')
order by 1
"""
_ALL = "select, insert, update, delete"
#: What may be done with a table that is not simply read and written.
RIGHTS = {"audit": "select, insert, delete", "consent_event": "select, insert, delete"}
_OPEN = "nullif(current_setting('app.tenant', true), '')"
_OWN_ROWS = f"tenant = {_OPEN}"
# One role for everything: confined while a unit's tenant is set, free otherwise.
_OWN_OR_ALL = f"({_OPEN} is null or {_OWN_ROWS})"


async def securing(connection: asyncpg.Connection, app: str, worker: str) -> list[str]:
    """What enables the policies on every table of the schema for the roles *app* and *worker*: one script
    for each table. Run each in a transaction of its own: whoever holds the locks of several tables at once
    deadlocks with the gateways that run."""
    owner: str = await connection.fetchval("select current_user::text")
    schema: str = await connection.fetchval("select current_schema()::text")
    roles = sorted({app, worker})
    scripts = [";\n".join(f"grant usage on schema {quote(schema)} to {quote(role)}" for role in roles)]
    rules = policies(app, worker, owner)
    for row in await connection.fetch(_TABLES):
        name, tenants = row["name"], row["tenants"]
        under = tenants and not row["view"] and not row["partition"]
        statements = tenant_table(name, rules) if under else []
        statements += revoked(name, app, worker, owner)
        if not row["partition"]:
            rights = "select" if row["view"] or name == "migration" else RIGHTS.get(name, _ALL)
            statements += grants(name, app, worker, rights, tenants=tenants or name == "migration")
        scripts.append(";\n".join(statements))
    return scripts


def policies(app: str, worker: str, owner: str) -> dict[str, tuple[str, str]]:
    """Policy name → (role, condition)."""
    if app == worker:
        return {"gateway_app": (app, _OWN_OR_ALL)} | (
            {"gateway_owner": (owner, "true")} if owner != app else {}
        )
    rules = {"gateway_app": (app, _OWN_ROWS), "gateway_worker": (worker, "true")}
    if owner not in (app, worker):
        rules["gateway_owner"] = (owner, "true")  # or a later migration would see an empty table
    return rules


def tenant_table(table: str, rules: dict[str, tuple[str, str]]) -> list[str]:
    """The statements that put *table* under *rules*, whatever was there before."""
    statements = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
    ]
    for name in ("gateway_app", "gateway_worker", "gateway_owner"):
        statements.append(f"drop policy if exists {name} on {table}")
    for name, (role, condition) in rules.items():
        statements.append(
            f"create policy {name} on {table} to {quote(role)} using ({condition}) with check ({condition})"
        )
    return statements


def revoked(table: str, app: str, worker: str, owner: str) -> list[str]:
    """Nothing is left of what was granted before. Of the owner's rights, who may be one of the two, only
    those over what is append-only are taken: it needs the others to change tables."""
    roles = ["public", *(quote(role) for role in sorted({app, worker} - {owner}))]
    statements = [f"revoke all on {table} from {', '.join(roles)}"]
    if table in RIGHTS and owner in (app, worker):
        statements.append(f"revoke update, delete, truncate on {table} from {quote(owner)}")
    return statements


def grants(table: str, app: str, worker: str, rights: str, *, tenants: bool) -> list[str]:
    """Give *rights* on *table*: to both roles, or to the workers' where no row is a tenant's."""
    roles = sorted({app, worker}) if tenants else [worker]
    return [f"grant {rights} on {table} to {quote(role)}" for role in roles]


def quote(name: str) -> str:
    """*name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
