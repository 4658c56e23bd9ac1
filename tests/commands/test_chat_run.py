"""`/run` in `gateway chat`: what a plugin brings to the terminal, on the database of the chat."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SHOP = """\
from gateway import Chat, CliCommand, Db, Handled, Message, hook


@hook.on_message
async def answer(message: Message, chat: Chat) -> Handled:
    await chat.say(f"{await count(chat.db)} products")
    return Handled


async def put(db: Db, names: list[str]) -> int:
    rows = [{"name": each} for each in names]
    await db.many("insert into shop_product (tenant, name) values (:tenant, :name)", rows)
    return await count(db)


async def count(db: Db) -> int:
    return int(await db.value("select count(*) from shop_product where tenant = :tenant"))


async def load(args, context) -> int:
    with open(args.file) as file:
        print(await context.work(put, file.read().split()), "there")
    return 3 if args.file == "odd.txt" else 0


def options(parser):
    parser.add_argument("file")


@hook.register_cli
def commands() -> list[CliCommand]:
    return [CliCommand("import", "read products", load, options)]
"""
TABLE = "create table shop_product (tenant text not null, name text not null, primary key (tenant, name));\n"


def test_a_command_fills_the_tables_of_the_chat(tmp_path: Path) -> None:
    """What it cannot do is told, and the chat goes on."""
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "shop_migrations").mkdir()
    (tmp_path / "shop_migrations" / "0001_product.sql").write_text(TABLE)
    (tmp_path / "products.txt").write_text("tea milk")
    (tmp_path / "odd.txt").write_text("salt")
    typed = [
        "hi", "/run shop import products.txt", "and now?", "/run", "/run shop", "/run shop import 'nope",
        "/run shop import gone.txt", "/run shop import odd.txt", "the end?",
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "gateway", "chat", "--plugin", "shop.py"],
        cwd=tmp_path, input="\n".join(typed), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    _, before, filled, after, none, half, quotes, gone, odd, end = said.split("you ▸ ")
    assert "0 products" in before
    assert "2 there" in filled
    assert "2 products" in after
    assert "! plugins' commands are: shop import" in none
    assert "! it ended with 2" in half
    assert "the following arguments are required: COMMAND" in done.stderr
    assert "! No closing quotation" in quotes
    assert "raised FileNotFoundError" in gone
    assert "3 there" in odd
    assert "! it ended with 3" in odd
    assert "3 products" in end
