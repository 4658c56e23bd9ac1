"""Which roles the store signs in, and what they may do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway.errors import SettingsError, StatementFailed, StatementRefused
from gateway.store import Store, connect
from gateway.store.migrate import migrate
from tests.support.postgres import PASSWORD, PostgresServer, Urls, role_url

AUDIT = """insert into audit (tenant, seq, at, actor, action, object, detail, address, request, hash)
values (:tenant, 1, 1, '', '', '', '', '', '', '')"""


@pytest.fixture
async def superuser(
    postgres_server: PostgresServer, postgres_urls: Urls
) -> AsyncIterator[asyncpg.Connection]:
    """Who may make roles. What it made is taken back."""
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(role_url(postgres_server.superuser_url, name))
    yield connection
    for role in ("gateway_probe", "gateway_mighty"):
        await connection.execute(f"drop role if exists {role}")
    await connection.close()


async def refused(urls: Urls, match: str) -> None:
    """Opening says so."""
    with pytest.raises(SettingsError, match=match):
        await connect(urls.url, worker_url=urls.worker_url).open(own=False)


@pytest.mark.parametrize("role", ["pg_read_all_data", "gateway_mighty", "gateway_worker", "gateway_migrator"])
async def test_a_role_that_may_become_another_is_refused(
    superuser: asyncpg.Connection, postgres_server: PostgresServer, postgres_urls: Urls, role: str
) -> None:
    """A member of a role that sees all tenants sees them too."""
    if role == "gateway_mighty":
        await superuser.execute("create role gateway_mighty bypassrls")
    await superuser.execute(f"create role gateway_probe login password '{PASSWORD}' in role {role}")
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    url = role_url(postgres_server.superuser_url, name, "gateway_probe")
    await refused(
        Urls(url, "", postgres_urls.worker_url),
        f"gateway_probe is a member of {role}.*revoke {role} from gateway_probe",
    )


async def test_a_table_outside_the_policies_is_refused(
    superuser: asyncpg.Connection, postgres_urls: Urls
) -> None:
    """Without FORCE the owner would read it all; gateway migrate puts it right."""
    await superuser.execute("alter table contact no force row level security")
    await refused(postgres_urls, "table contact is not under the row policies.*gateway migrate")
    await migrate(postgres_urls)
    store = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await store.open(own=False)
    await store.close()


async def test_the_tests_run_as_the_applications_role(store: Store) -> None:
    """Scopes and plugins sign in as an ordinary role, here as in production."""
    if store.dialect == "postgres":
        who = await store.scope("duka").read(lambda tx: tx.one(
            "select current_user::text as name, rolsuper, rolbypassrls from pg_roles "
            "where rolname = current_user"
        ))  # fmt: skip
        assert who is not None
        assert tuple(who) == ("gateway_app", False, False)
    unit = store.unit("duka")
    with pytest.raises(StatementRefused):
        await unit.db.all("select name from contact")
    await unit.rollback()


@pytest.mark.parametrize(
    "sql",
    ["update audit set actor = 'x' where tenant = :tenant", "delete from audit where tenant = :tenant"],
)
async def test_the_audit_log_is_append_only(store: Store, sql: str) -> None:
    """Neither role changes it or takes from it."""
    await store.write(lambda tx: tx.run(AUDIT, tenant="duka"))
    for write in (store.scope("duka").write, store.write):
        with pytest.raises(StatementFailed, match=r"append-only|permission denied"):
            await write(lambda tx: tx.run(sql, tenant="duka"))
    assert await store.read(lambda tx: tx.value("select count(*) from audit where tenant = 'duka'")) == 1


async def test_tables_without_a_tenant_are_the_workers_alone(postgres_urls: Urls) -> None:
    """The application's role is given nothing of what is all tenants'."""
    connection = await asyncpg.connect(postgres_urls.url)
    try:
        for table in ("journal", "operator_key", "revision", "shard"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select * from {table}")
    finally:
        await connection.close()
