"""What is said in a conversation that is killed, to which plugins, and what has to be true at its end."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from tests.faults.process import GatewayProcess
from tests.faults.site import Database
from tests.support.house import House

EXAMPLES = Path(__file__).parents[2] / "examples"
GREETER = """\
from gateway import Chat, Handled, Message, hook


@hook.on_message
async def greet(message: Message, chat: Chat) -> Handled | None:
    if message.text != "hello":
        return None
    await chat.say("Hello!")
    return Handled
"""


def _nothing(*_: Any) -> None:
    return None


def _same(line: str) -> str:
    return line


async def _well(database: Database) -> Sequence[str]:
    return []


@dataclass(frozen=True)
class Script:
    """*acts* are what the contact does: a text, or "▸" and the words of a button. *install* writes into the
    house what *plugins* need, *prepare* fills the database before the gateway starts. *plain* makes a line of
    the phone the same for each run; *broken* says what is wrong in the database at the end. *hold* is how
    long a send of which nothing is known waits for a status."""

    acts: Sequence[str]
    plugins: Sequence[str]
    install: Callable[[House], None] = _nothing
    prepare: Callable[[GatewayProcess, Path], None] = _nothing
    plain: Callable[[str], str] = _same
    broken: Callable[[Database], Awaitable[Sequence[str]]] = _well
    hold: str = "1s"


def _examples(house: House) -> None:
    house.paths += [str(EXAMPLES / "checkout"), str(EXAMPLES / "till.py")]


CHECKOUT = Script(
    acts=("buy", "Amina", "nonsense", "back", "Amina W.", "0712 345 678", "2", "back", "▸Large", "▸Yes",
          "paid 101"),
    plugins=("checkout", "till"),
    install=_examples,
)  # fmt: skip


async def rows(database: Database, sql: str) -> Sequence[Sequence[Any]]:
    """What *sql* finds in *database*, read directly; on PostgreSQL as the role that sees every tenant."""
    if database.name == "sqlite":
        connection = sqlite3.connect(database.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()
    pool = await asyncpg.connect(database.worker_url or database.url)
    try:
        return [tuple(row) for row in await pool.fetch(sql)]
    finally:
        await pool.close()
