"""Who may sign in: roles that the row policies bind, on a schema of this version."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar

from gateway.errors import SettingsError
from gateway.store.migrate.postgres import check_schema, looking
from gateway.store.migrate.source import CORE, Component

# What a role could become by SET ROLE, or reads past the row policies.
_MIGHTIER = """
select r.rolname from pg_roles r
where r.rolname <> current_user and pg_has_role(current_user, r.oid, 'MEMBER')
    and (r.rolsuper or r.rolbypassrls or r.rolname in ('pg_read_all_data', 'pg_write_all_data',
        'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
order by 1 limit 1
"""
# Tables with a tenant that their owner reads freely, or everybody does.
_OPEN_TABLES = """
select c.relname from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1 limit 1
"""
_ORDINARY = "use an ordinary role: create role gateway_app login; then run gateway migrate"


#: Set by whoever finishes a restore: everybody else leaves half of one alone.
restoring: ContextVar[bool] = ContextVar("restoring", default=False)


async def check_role(url: str, where: str, components: Sequence[Component] = (CORE,)) -> None:
    """Refuse a role that row-level security does not bind, and a schema of another version."""
    async with looking(url) as connection:
        row = await connection.fetchrow(
            "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        if row["rolsuper"] or row["rolbypassrls"]:
            kind = "a superuser" if row["rolsuper"] else "a role with BYPASSRLS"
            raise SettingsError(
                where, f"{row['rolname']} is {kind}, whom row-level security does not bind", _ORDINARY
            )
        if mightier := await connection.fetchval(_MIGHTIER):
            raise SettingsError(
                where,
                f"{row['rolname']} is a member of {mightier}, whom row-level security does not bind",
                f"revoke {mightier} from {row['rolname']}",
            )
        if not restoring.get() and await connection.fetchval("select to_regclass('restore_unfinished')"):
            problem = "a restore of this database was not finished"
            raise SettingsError(where, problem, "run the same gateway restore again")
        await check_schema(connection, components)
        if table := await connection.fetchval(_OPEN_TABLES):
            raise SettingsError(where, f"table {table} is not under the row policies", "run: gateway migrate")


async def check_apart(url: str, worker_url: str) -> None:
    """Refuse an application's role that is a member of the workers', or of the one that owns the tables:
    the policies of those would be its own."""
    async with looking(worker_url) as connection:
        worker = await connection.fetchval("select current_user::text")
    async with looking(url) as connection:
        found = await connection.fetchrow(
            """select current_user::text as app, r.rolname as other from pg_roles r
            where r.rolname <> current_user and pg_has_role(current_user, r.oid, 'MEMBER')
                and (r.rolname = $1 or exists (select 1 from pg_class c where c.relowner = r.oid
                    and c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')))""",
            worker,
        )
        if found is not None:
            app, other = found
            raise SettingsError(
                "[store] url",
                f"{app} is a member of {other}, so it would see every tenant's rows",
                f"revoke {other} from {app}",
            )
