"""What the migration runner refuses, on both databases, and that it leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from gateway.errors import SettingsError
from gateway.store import connect, migrate
from gateway.store.migrate import CORE, Component
from gateway.store.migrate.source import migrations
from tests.support.postgres import Urls

KEY = "primary key (tenant, id)"
OWN = "create table shop_order (tenant text not null, id text not null, primary key (tenant, id));"

#: A plugin's migration behind OWN → a piece of what the runner says.
REFUSED = {
    "create table shop_a (id text primary key);": "has no column tenant",
    "create table shop_a (tenant text, id text not null, x int, primary key (x, id));": "may be null",
    "create table shop_a (tenant text not null, id text primary key);": "key of shop_a does not begin",
    "create table shop_a (tenant text not null, id text not null);": "key of shop_a does not begin",
    f"create table shop_a (tenant text not null, id text not null, e text unique, {KEY});": "unique index",
    "create unique index shop_order_id on shop_order (id);": "unique index shop_order_id",
    "create unique index shop_order_low on shop_order (lower(id), tenant);": "unique index shop_order_low",
    f"create table note (tenant text not null, id text not null, {KEY});": "note is not the plugin's",
    "alter table shop_order rename to orders;": "not named after the plugin",
    f"""create table shop_a (tenant text not null, id text not null, o text unique, {KEY});
    create table shop_b (tenant text not null, id text not null, o text references shop_a (o), {KEY});""": (
        "unique"
    ),
    f"""create table shop_a (tenant text not null, id text not null, other text not null, c text, {KEY},
    foreign key (other, c) references contact (tenant, id));""": "leaves out the tenant",
    f"""create table shop_a (tenant text not null, id text not null, k text references operator_key (id),
    {KEY});""": "operator_key, which is no tenant's",
    "alter table contact add column shoe_size int;": "contact is not the plugin's",
    "drop table contact;": "contact is not the plugin's",
    "drop table shop_order, contact;": "contact is not the plugin's",
    "drop index conversation_id;": "conversation_id is not the plugin's",
    "create index shop_x on contact (name);": "contact is not the plugin's",
    "create index on contact (name);": "contact is not the plugin's",
    "delete from contact;": "contact is not the plugin's",
    "update contact set name = '';": "contact is not the plugin's",
    "update shop_order set id = ''; update /* own */ only \"contact\" set name = '';": "contact is not",
    "insert into api_key select * from api_key;": "api_key is not the plugin's",
    "with gone as (delete from message returning id) insert into shop_order select id, 1 from gone;": "not",
    "insert into public.shop_order values ('a', 'b');": "without a schema",
    "create trigger shop_t after insert on shop_order begin select 1; end;": "may not do this",
    "create function shop_f() returns int language sql as 'select 1';": "may not do this",
    "create or replace procedure shop_f() language sql as 'select 1';": "may not do this",
    "create role shop_admin;": "may not do this",
    "create policy shop_all on shop_order using (true);": "may not do this",
    "grant select on shop_order to public;": "may not do this",
    "do $$ begin end $$;": "may not do this",
    "set session_replication_role = replica;": "may not do this",
    "create materialized view shop_m as select * from contact;": "may not do this",
    "create sequence shop_s;": "may not do this",
    "create temp table shop_t (a int);": "may not do this",
    "select 1;": "may not do this",
    "pragma foreign_keys = off;": "may not do this",
    "commit;": "may not do this",
    "alter table shop_order disable row level security;": "LEVEL SECURITY",
    "alter table shop_order no force row level security;": "LEVEL SECURITY",
    "alter table shop_order owner to gateway_app;": "OWNER TO",
    "alter table shop_order set schema pg_temp;": "SET SCHEMA",
    "create table shop_a (x int) inherits (contact);": "INHERITS",
    "insert into shop_order select set_config('a', 'b', false), 'x';": "set_config",
    "insert into shop_order select rolname, rolpassword from pg_authid;": "pg_authid",
    'insert into U&"c\\006fntact" values (1);': "escapes",
    "create view shop_v as select id from shop_order;": "",
}


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[..., Urls]) -> Urls:
    """A database with the core's tables, once for each kind."""
    if request.param == "sqlite":
        return Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", "")
    return new_database()


class Plugin:
    """A plugin's component, written step by step."""

    def __init__(self, folder: Path, name: str = "shop") -> None:
        folder.mkdir(exist_ok=True)
        self.component, self._count = Component(name, folder), 0

    def step(self, sql: str, dialect: str = "") -> None:
        """The next migration, or the one of *dialect* of the last."""
        self._count += not dialect or dialect == "sqlite"
        suffix = f".{dialect}" if dialect else ""
        (self.component.folder / f"{self._count:04}_step{suffix}.sql").write_text(sql)

    def back(self) -> None:
        """The last step was a mistake."""
        (self.component.folder / f"{self._count:04}_step.sql").unlink()
        self._count -= 1


@pytest.fixture
def shop(tmp_path: Path) -> Plugin:
    """A plugin with a table of its own."""
    made = Plugin(tmp_path / "shop")
    made.step(OWN)
    return made


async def test_what_breaks_a_rule_is_refused_and_leaves_nothing(fresh: Urls, shop: Plugin) -> None:
    """Each says component and file, what, and what to write; the schema is as it was."""
    components = [CORE, shop.component]
    await migrate(fresh, components)
    for sql, piece in REFUSED.items():
        shop.step(f"create table shop_extra (tenant text not null, id text not null, {KEY});\n{sql}")
        with pytest.raises(SettingsError, match=r"shop/0002_step: .* — ") as refused:
            await migrate(fresh, components)
        assert piece in str(refused.value), f"{sql}: {refused.value}"
        shop.back()
    shop.step(f"create table shop_extra (tenant text not null, id text not null, {KEY});")
    assert await migrate(fresh, components) == ["shop/0002_step"]


async def test_what_a_plugin_may_do(fresh: Urls, shop: Plugin) -> None:
    """Tables that refer to each other and to the core's, indexes, views, changes and rows of its own."""
    shop.step(
        """
        create table shop_line (
            tenant text not null, id text not null, "order" text not null, contact text not null,
            n bigint not null default 0,
            primary key (tenant, id), unique (tenant, n),
            foreign key (tenant, "order") references shop_order (tenant, id)
                on delete cascade on update cascade,
            foreign key (tenant, contact) references contact (tenant, id)
        ) /*keyed*/;
        create index shop_line_order on shop_line (tenant, "order");
        create index if not exists shop_line_n on shop_line (n) where n > 0;
        create unique index shop_line_contact on shop_line (tenant, contact, id);
        alter table shop_order add column total bigint not null default 0;
        alter table shop_order rename column total to amount;
        insert into shop_order (tenant, id) select tenant, id from contact where name <> 'update x; delete'
            on conflict (tenant, id) do update set amount = 1;
        update shop_order set amount = 2;
        delete from shop_order where amount = 2;
        drop index shop_line_n;
        """
    )
    view = "create view shop_view {} as select tenant, count(*) as n from shop_order group by tenant;"
    shop.step(view.format(""), "sqlite")
    shop.step(view.format("with (security_invoker = true)"), "postgres")
    shop.step("drop view shop_view; drop table if exists shop_line, shop_none;", "postgres")
    shop.step("drop view shop_view; drop table if exists shop_line;", "sqlite")
    (shop.component.folder / "0003_step.postgres.sql").write_text(
        view.format("with (security_invoker = true)")
    )
    (shop.component.folder / "0004_step.postgres.sql").write_text(
        "drop view shop_view; drop table if exists shop_line, shop_none;"
    )
    applied = await migrate(fresh, [CORE, shop.component])
    assert [name for name in applied if name.startswith("shop")] == [
        f"shop/000{n}_step" for n in (1, 2, 3, 4)
    ]


async def test_a_view_shows_a_tenant_its_own(fresh: Urls, shop: Plugin) -> None:
    """A plugin's view runs with the asking role's rights, and needs :tenant like a table."""
    view = "create view shop_view {} as select tenant, id from shop_order;"
    shop.step(view.format(""), "sqlite")
    shop.step(view.format("with (security_invoker = true)"), "postgres")
    await migrate(fresh, [CORE, shop.component])
    store = connect(fresh.url, worker_url=fresh.worker_url)
    await store.open()
    try:
        for tenant in ("a", "b"):
            add = "insert into shop_order (tenant, id) values (:tenant, 'x')"
            await store.write(lambda tx, t=tenant, add=add: tx.run(add, tenant=t))
        unit = store.unit("a")
        rows = await unit.db.all("select tenant from shop_view where tenant = :tenant")
        assert [row["tenant"] for row in rows] == ["a"]
        with pytest.raises(Exception, match="shop_view belongs to tenants"):
            await unit.db.all("select tenant from shop_view")
        if store.dialect == "postgres":
            rows = await unit.db.all("select tenant from shop_view where :tenant <> ''")
            assert [row["tenant"] for row in rows] == ["a"]
        await unit.rollback()
    finally:
        await store.close()


async def test_a_view_with_its_owners_rights_is_refused(
    new_database: Callable[..., Urls], shop: Plugin
) -> None:
    """On PostgreSQL a plain view would show every tenant's rows."""
    shop.step("create view shop_view as select tenant, id from contact;")
    with pytest.raises(SettingsError, match=r"shop/0002_step: view shop_view .*security_invoker = true"):
        await migrate(new_database(), [CORE, shop.component])


async def test_partitions_are_nobodys(new_database: Callable[..., Urls], shop: Plugin) -> None:
    """The parent shows a tenant its rows; a partition, read directly, would show all, and is refused."""
    shop.step(
        f"""create table shop_big (tenant text not null, id text not null, day int not null,
            primary key (tenant, id, day)) partition by range (day);
        create table shop_big_1 partition of shop_big for values from (0) to (10);
        create table shop_big_2 (tenant text not null, id text not null, day int not null,
            {KEY.replace("id", "id, day")});
        alter table shop_big attach partition shop_big_2 for values from (10) to (20);"""
    )
    urls = new_database()
    await migrate(urls, [CORE, shop.component])
    owner = await asyncpg.connect(urls.migrate_url)
    await owner.execute("grant all on shop_big_1, shop_big_2 to public, gateway_app, gateway_worker")
    await owner.execute("insert into shop_big values ('a', 'x', 1), ('b', 'x', 1), ('a', 'x', 11)")
    await owner.close()
    await migrate(urls, [CORE, shop.component])
    for url in (urls.url, urls.worker_url):
        connection = await asyncpg.connect(url)
        for partition in ("shop_big_1", "shop_big_2"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select * from {partition}")
        await connection.close()
    store = connect(urls.url, worker_url=urls.worker_url)
    await store.open()
    unit = store.unit("a")
    assert await unit.db.value("select count(*) from shop_big where :tenant <> ''") == 2
    await unit.rollback()
    assert await store.read(lambda tx: tx.value("select count(*) from shop_big")) == 3
    await store.close()


@pytest.mark.parametrize("name", ["api", "media", "tenant", "operator", "9lives", "Shop", ""])
async def test_a_name_that_the_cores_tables_have_is_refused(fresh: Urls, tmp_path: Path, name: str) -> None:
    """A plugin called api would own api_key."""
    with pytest.raises(SettingsError, match="plugin"):
        await migrate(fresh, [CORE, Plugin(tmp_path / "p", name).component])


async def test_of_two_plugins_with_one_beginning_each_has_its_own(
    fresh: Urls, shop: Plugin, tmp_path: Path
) -> None:
    """shop may not change what shop-extra's migrations made."""
    extra = Plugin(tmp_path / "extra", "shop-extra")
    extra.step(OWN.replace("shop_order", "shop_extra_order"))
    components = [CORE, extra.component, shop.component]
    await migrate(fresh, components)
    shop.step("alter table shop_extra_order add column x int;")
    with pytest.raises(SettingsError, match="shop_extra_order is not the plugin's"):
        await migrate(fresh, components)


def test_every_index_that_spans_tenants_exists() -> None:
    """The core's list of exceptions holds nothing that is gone."""
    from gateway.store.migrate.rules import SPANNING

    text = "".join(step.sql for step in migrations([CORE], "postgres"))
    assert all(f" {name} " in text for name in SPANNING)
