"""A PostgreSQL database, by its own tools: pg_dump in one snapshot, pg_restore in one transaction."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from gateway.errors import GatewayError
from gateway.settings.model import StoreSettings
from gateway.store.migrate.policies import quote
from gateway.store.migrate.postgres import connected as connected

_TABLES = """select c.relname from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1"""
# Functions of migrations; those of extensions belong to them.
_FUNCTIONS = """select p.oid::regprocedure::text from pg_proc p
where p.pronamespace = current_schema()::regnamespace
    and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1"""
#: A table of the target, from before the first row until the restored mode is written: nobody starts on half.
MARK = "restore_unfinished"
#: What the installed version makes anew, for the roles that are here.
_OURS = re.compile(r"; \d+ \d+ (POLICY|ROW SECURITY|SCHEMA|COMMENT - SCHEMA|ACL|DEFAULT ACL) ")


def tool(name: str, folder: str) -> str:
    """Where *name* is: in [backup] pg_bin, or on PATH. Raises with what to do."""
    found = shutil.which(name, path=folder or None)
    if found is None:
        where = f"in [backup] pg_bin = {folder!r}" if folder else "on PATH"
        raise GatewayError(
            f"{name} is not {where}: install PostgreSQL's client tools (postgresql-client), or write their "
            "folder as pg_bin under [backup] in gateway.toml"
        )
    return found


async def check_version(program: str, url: str) -> None:
    """Refuse tools that are older than the server: they do not know all of it."""
    said = await run(program, "--version")
    match = re.search(r"(\d+)(?:\.\d+)?", said.partition(")")[2])
    async with connected(url) as connection:
        server = connection.get_server_version().major
    if match is None or int(match[1]) < server:
        raise GatewayError(
            f"{program} is version {match[1] if match else '?'}, and the server is {server}: install the "
            f"client tools of PostgreSQL {server} or newer, and write their folder as pg_bin under [backup]"
        )


async def run(program: str, *words: str, url: str = "") -> str:
    """Run a tool to its end; what it printed. The password goes by the environment, for all can see words."""
    env = dict(os.environ)
    if url:
        bare, password = _apart(url)
        words = (*words, "--dbname", bare)
        if password:
            env["PGPASSWORD"] = password
    process = await asyncio.create_subprocess_exec(
        program, *words, env=env, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await process.communicate()
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        raise GatewayError(f"{Path(program).name} failed: {err.decode(errors='replace').strip()[-800:]}")
    return out.decode(errors="replace")


def _apart(url: str) -> tuple[str, str]:
    """*url* without its password, and the password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url, ""
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}@{host}")), unquote(parts.password)


def with_database(url: str, name: str) -> str:
    """*url* for another database of the same server; "" stays ""."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}")) if url else ""


def owner_url(store: StoreSettings) -> str:
    """The role that owns the tables."""
    return store.migrate_url or store.url


def reader_url(store: StoreSettings) -> str:
    """A role that sees all rows of all tables, and their counters: the owner, unless it is the application's,
    which the row policies bind."""
    if store.migrate_url and store.migrate_url != store.url:
        return store.migrate_url
    return store.worker_url or store.url


@asynccontextmanager
async def moment(url: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """A transaction that sees one moment, and the name under which pg_dump sees it too."""
    async with (
        connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection, str(await connection.fetchval("select pg_export_snapshot()"))


async def counts(connection: asyncpg.Connection) -> dict[str, int]:
    """How many rows each table has, as this role sees them."""
    names = [row[0] for row in await connection.fetch(_TABLES)]
    return {
        name: int(await connection.fetchval(f"select count(*) from {quote(name)}"))
        for name in names if name != MARK
    }  # fmt: skip


async def dump(program: str, url: str, snapshot: str, to: Path) -> None:
    """All of the database as it is in *snapshot*. Rights and owners are the target's own affair."""
    await run(
        program, "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--enable-row-security",
        f"--snapshot={snapshot}", f"--file={to}", url=url,
    )  # fmt: skip


async def load(program: str, url: str, dumped: Path) -> None:
    """Fill the empty database *url*, all or nothing."""
    listed = (await run(program, "--list", str(dumped))).splitlines()
    chosen = dumped.with_name(dumped.name + ".list")
    chosen.write_text("\n".join(line for line in listed if not _OURS.search(line)))
    await run(
        program, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error",
        f"--use-list={chosen}", str(dumped), url=url,
    )  # fmt: skip


async def exists(url: str) -> bool:
    """Whether the database of *url* is there."""
    async with connected(with_database(url, "postgres")) as connection:
        name = urlsplit(url).path.lstrip("/")
        return bool(await connection.fetchval("select 1 from pg_database where datname = $1", name))


async def create(url: str) -> None:
    """Make the database of *url*. Raises when its role may not."""
    name = urlsplit(url).path.lstrip("/")
    async with connected(with_database(url, "postgres")) as connection:
        try:
            await connection.execute(f"create database {quote(name)}")
        except asyncpg.PostgresError as error:
            raise GatewayError(
                f"the database {name!r} cannot be made: {error}; make an empty one yourself (createdb "
                f"{name}), or give the role of migrate_url the right: alter role … createdb"
            ) from None


async def put_aside(url: str, aside: str) -> None:
    """Rename the database of *url*: nothing in it is lost."""
    name = urlsplit(url).path.lstrip("/")
    async with connected(with_database(url, "postgres")) as connection:
        try:
            await connection.execute(f"alter database {quote(name)} rename to {quote(aside)}")
        except asyncpg.PostgresError as error:
            raise GatewayError(
                f"the database {name!r} cannot be kept aside: {error}; end what is connected to it, or "
                "rename it yourself and make an empty one"
            ) from None


async def state(url: str) -> tuple[list[str], int]:
    """The tables of the target, and how many gateways run on it by their rows."""
    async with connected(url) as connection:
        names = [row[0] for row in await connection.fetch(_TABLES)]
        alive = 0
        if "process" in names and MARK not in names:
            alive = int(
                await connection.fetchval(
                    """select count(*) from process where stopped_at = 0
                    and lease_until > extract(epoch from clock_timestamp()) * 1000000"""
                )
            )
        return names, alive


async def clear(url: str) -> None:
    """Drop what a restore that was not finished has left."""
    async with connected(url) as connection, connection.transaction():
        for row in await connection.fetch(_TABLES):
            if row[0] != MARK:
                await connection.execute(f"drop table if exists {quote(row[0])} cascade")
        for row in await connection.fetch(_FUNCTIONS):
            await connection.execute(f"drop function if exists {row[0]} cascade")


async def mark(url: str, on: bool) -> None:
    """Say that a restore is under way, or that it is over."""
    async with connected(url) as connection:
        made = f"create table if not exists {MARK} (at timestamptz primary key)"
        await connection.execute(made if on else f"drop table {MARK}")
