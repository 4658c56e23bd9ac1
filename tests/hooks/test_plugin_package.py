"""A plugin as a package: tables, settings, a metric and a command, on both databases, through what anybody
can reach."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gateway.cli import main
from gateway.errors import SettingsError
from gateway.hooks.host import Host
from gateway.operate import operate
from gateway.settings import load
from gateway.store.migrate import migrate, pending
from tests.support.house import ANA, BEN, House
from tests.support.postgres import Urls


@pytest.fixture
async def house(tmp_path: Path, store_urls: Urls, shop: Path) -> AsyncIterator[House]:
    """Two businesses with the shop, not started; `gateway migrate` has run."""
    house = House(tmp_path, store_urls)
    house.paths.append(str(shop))
    house.line("duka", "shop")
    house.line("soko", "shop")
    house.lines["soko"].plugin_settings["shop"] = {"currency": "UGX"}
    house.write()
    assert await asyncio.to_thread(main, ["migrate", "--config", str(house.config)]) == 0
    yield house
    await house.close()


async def _says(house: House, tenant: str, contact: str, text: str) -> str:
    sim = house.lines[tenant].sim
    before = len(sim.inbox(contact))
    await sim.says(contact, text)
    return str((await sim.wait_for(contact, before + 1))[before].text)


async def _command(house: House, *words: str) -> int:
    return await asyncio.to_thread(main, [*words, "--config", str(house.config)])


async def test_its_tables_are_a_tenants_own(house: House) -> None:
    """Two businesses write the same key; neither sees the other's row, and each has its own settings."""
    await house.start()
    assert await _says(house, "duka", ANA, "buy mango") == "mango for 1 KES"
    assert await _says(house, "duka", ANA, "buy kiwi") == "kiwi for 1 KES"
    assert await _says(house, "soko", BEN, "buy mango") == "mango for 1 UGX"
    assert await _says(house, "duka", ANA, "how") == "2 products"
    assert await _says(house, "soko", BEN, "how") == "1 products"
    if house.urls.worker_url:
        connection = await asyncpg.connect(house.urls.url)
        try:  # as the application, with no tenant set: the policy shows nothing
            assert await connection.fetchval("select count(*) from shop_product") == 0
        finally:
            await connection.close()


async def test_its_metric_is_counted(house: House) -> None:
    """`chat.count` of a registered metric is on /metrics, under the plugin's name."""
    await house.start()
    await _says(house, "duka", ANA, "buy mango")
    text = await (await house.session.get(house.url + "/metrics")).text()
    assert 'gateway_plugin_shop_orders_total{kind="mango"} 1.0' in text


async def test_its_command_works_beside_a_running_gateway(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file is read in the terminal and its rows kept where the database is, running or not."""
    (tmp_path / "one.csv").write_text("mango,50\nkiwi,30\n")
    (tmp_path / "two.csv").write_text("lime,10\n")
    await house.start()

    assert await _command(house, "shop", "import", str(tmp_path / "one.csv"), "--tenant", "duka") == 0
    assert capsys.readouterr().out.endswith("2 read, 2 there\n")
    assert await _says(house, "duka", ANA, "how") == "2 products"
    assert await _says(house, "soko", BEN, "how") == "0 products"

    await house.stop()
    assert await _command(house, "shop", "import", str(tmp_path / "two.csv"), "--tenant", "duka") == 0
    assert capsys.readouterr().out.endswith("1 read, 3 there\n")


async def test_a_commands_mistake_is_told_and_leaves_nothing(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows of which one is refused are not kept, and the sentence names plugin, function and line."""
    (tmp_path / "bad.csv").write_text("mango,50\nmango,60\n")
    await house.start()

    assert await _command(house, "shop", "import", str(tmp_path / "bad.csv"), "--tenant", "duka") == 2
    assert "plugin 'shop' put raised StatementFailed" in capsys.readouterr().err
    assert await _says(house, "duka", ANA, "how") == "0 products"
    assert await _command(house, "shop", "import", str(tmp_path / "bad.csv")) == 2
    assert "there is no tenant ''; there are: duka, soko" in capsys.readouterr().err


async def test_a_migration_that_breaks_a_rule_leaves_nothing(house: House, shop: Path) -> None:
    """A table without a tenant is refused with what to write, and neither it nor its neighbour is made."""
    (shop / "migrations" / "0002_more.sql").write_text(
        "create table shop_order (tenant text not null, id text not null, primary key (tenant, id));\n"
        "create table shop_rate (id text primary key);\n"
    )
    components = Host.load([shop], entry_points=False, strict=True).components
    store = house.write().store

    with pytest.raises(SettingsError, match=r"shop/0002_more: table shop_rate has no column tenant"):
        await migrate(store, components)

    assert await pending(store, components) == ["shop/0002_more"]
    assert await _tables(house) == {"shop_product"}


@pytest.mark.parametrize(
    "written",
    [
        "create table shop_rate (tenant text not null, id text, primary key (tenant, id)) oops;",
        "create table shop_product (tenant text not null, id text, primary key (tenant, id));",
        "insert into shop_product (tenant, sku, price) values ('duka', 'a', 1), ('duka', 'a', 2);",
        "alter table shop_product add column;",
    ],
)
async def test_sql_that_the_database_refuses_is_told_with_its_file(
    house: House, shop: Path, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing of it is kept."""
    (shop / "migrations" / "0002_more.sql").write_text(
        f"create table shop_other (tenant text not null, id text, primary key (tenant, id));\n{written}\n"
    )
    assert await _command(house, "migrate") == 2
    said = capsys.readouterr().err
    assert said.startswith("gateway: shop/0002_more: the database refuses it: ")
    assert "correct 0002_more.sql; nothing of it was kept" in said
    assert await _tables(house) == {"shop_product"}


async def test_an_older_plugin_refuses_a_newer_schema(house: House, shop: Path) -> None:
    """The plugin was put back to its old version: the gateway does not start, and says which to install."""
    newer = shop / "migrations" / "0002_more.sql"
    newer.write_text("alter table shop_product add column note text;\n")
    assert await asyncio.to_thread(main, ["migrate", "--config", str(house.config)]) == 0
    newer.unlink()

    with pytest.raises(
        SettingsError, match=r"newer .* shop/0002_more .*install the version of the plugin 'shop'"
    ):
        await house.start()


async def test_a_plugin_that_is_gone_leaves_its_tables(house: House) -> None:
    """Without the plugin the gateway starts; its rows are there when it comes back."""
    await house.start()
    await _says(house, "duka", ANA, "buy mango")
    await house.stop()
    paths, house.paths = house.paths, []
    plugins = {name: line.plugins for name, line in house.lines.items()}
    for line in house.lines.values():
        line.plugins = ()
    await house.start()
    findings = (await operate(load(house.config), "doctor", {}))["groups"]
    (found,) = [each for group in findings for each in group["findings"] if each["what"] == "migrations"]
    assert (found["ok"], found["detail"]) == (True, "shop left tables and cannot be loaded")
    await house.stop()

    house.paths = paths
    for name, line in house.lines.items():
        line.plugins = plugins[name]
    await house.start()
    assert await _says(house, "duka", ANA, "how") == "1 products"


async def _tables(house: House) -> set[str]:
    if house.urls.worker_url:
        connection = await asyncpg.connect(house.urls.migrate_url)
        try:
            rows = await connection.fetch(
                "select relname from pg_class where relname like 'shop%' and relkind = 'r'"
            )
            return {row[0] for row in rows}
        finally:
            await connection.close()
    with closing(sqlite3.connect(house.urls.url.removeprefix("sqlite:///"))) as connection:
        found = connection.execute(
            "select name from sqlite_master where name like 'shop%' and type = 'table'"
        )
        return {row[0] for row in found}
