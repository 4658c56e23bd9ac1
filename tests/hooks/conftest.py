"""A plugin package with tables, a command for the terminal and a metric, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

SHOP = '''\
"""A shop with one table."""

import csv

from msgspec import Struct

from gateway import CliCommand, CliContext, Command, Metric, hook

__version__ = "2.0"


class Settings(Struct, frozen=True):
    """What a shop is told."""

    currency: str = "KES"


@hook.on_message
async def buy(message, chat):
    """Put what was asked for into the table, and count it."""
    word, _, sku = message.text.partition(" ")
    if word == "buy":
        await chat.db.run("insert into shop_product (tenant, sku, price) values (:tenant, :sku, 1)", sku=sku)
        chat.count("orders", kind=sku)
        await chat.say(f"{sku} for 1 {chat.settings.currency}")
    if word == "how":
        count = await chat.db.value("select count(*) from shop_product where tenant = :tenant")
        await chat.say(f"{count} products")


async def put(db, rows):
    """Keep products; how many there are then."""
    await db.many("insert into shop_product (tenant, sku, price) values (:tenant, :sku, :price)", rows)
    return await db.value("select count(*) from shop_product where tenant = :tenant")


async def load(args, context: CliContext) -> int:
    """Read products from a file of comma-separated values."""
    with open(args.file, newline="") as file:
        rows = [{"sku": sku, "price": int(price)} for sku, price in csv.reader(file)]
    print(f"{len(rows)} read, {await context.work(put, rows)} there")
    return 0


def options(parser):
    """What the command takes."""
    parser.add_argument("file")


@hook.register_cli
def cli():
    return [CliCommand("import", "read products from a file", load, options)]


@hook.register_metrics
def metrics():
    return [Metric("orders", "Orders placed", labels=("kind",))]
'''

TABLE = """\
create table shop_product (
    tenant text not null,
    sku text not null,
    price bigint not null,
    primary key (tenant, sku)
);
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The folder of the plugin "shop"."""
    folder = tmp_path / "plugins" / "shop"
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").write_text(SHOP)
    (folder / "migrations" / "0001_product.sql").write_text(TABLE)
    return folder
