"""Two tenants on one street, both with something in every table, and what the database has of each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.store import Store
from tests.support.house import ANA, BEN, CAT, House, until
from tests.support.postgres import Urls

#: Duka asks, soko is asked for.
MINE, THEIRS = "duka", "soko"
_PLUGIN = """\
from msgspec import Struct
from gateway import ApiRequest, Chat, Message, Problem, api, hook

class Names(Struct):
    items: list[dict[str, str]]

class Wanted(Struct):
    name: str = ""

class Rename(Struct):
    name: str = ""

SELECT = "select id, name from contact where tenant = :tenant and "

async def names(request: ApiRequest) -> Names:
    rows = await request.db.all(SELECT + "(name = :name or :name = '')", name=request.query.name)
    return Names([{"id": row["id"], "name": row["name"]} for row in rows])

async def one(request: ApiRequest) -> dict[str, str]:
    row = await request.db.one(SELECT + "id = :id", id=request.path["id"])
    if row is None:
        raise Problem(404, "no_such_contact", "no contact of yours has this id")
    return {"id": row["id"], "name": row["name"]}

async def rename(request: ApiRequest) -> dict[str, str]:
    await request.db.run("update contact set name = :name where tenant = :tenant and id = :id",
                         name=request.body.name, id=request.path["id"])
    return await one(request)

@hook.register_routes
def routes():
    return [api("GET", "/contacts", names, query=Wanted), api("GET", "/contacts/{id}", one),
            api("PATCH", "/contacts/{id}", rename, body=Rename)]

@hook.on_message
async def answer(message: Message, chat: Chat) -> None:
    if "boom" in message.text:
        raise ValueError("a letter for the dead")
    await chat.say("You said " + message.text)
"""
#: Tables of work under way: a row that was made up would be taken for work.
WORK = frozenset(("event", "done", "outbox", "feed_open", "feed_head", "delivery", "webhook_attempt"))
_COLUMNS = {
    "sqlite": """select m.name, c.name, lower(c.type) from sqlite_master m, pragma_table_info(m.name) c
        where m.type = 'table' and m.name in
        (select t.name from sqlite_master t, pragma_table_info(t.name) d where d.name = 'tenant')""",
    "postgres": """select table_name, column_name, data_type from information_schema.columns
        where table_schema = 'public' and table_name in
        (select table_name from information_schema.columns where column_name = 'tenant')""",
}


#: Columns of the shop's tables that hold what is read again: JSON objects, known words, and numbers above 0.
OBJECTS = ("names", "descriptions", "titles", "options", "address", "data", "items")
WORDS = {"currency": "KES", "commerce_code.kind": "fixed"}
ABOVE = ("qty", "amount")


@dataclass(frozen=True)
class Found:
    """A value of soko's that duka has not, and where it stands."""

    table: str
    column: str
    value: str


async def street(folder: Path, urls: Urls) -> House:
    """The gateway with both tenants, started and lived in."""
    house = House(folder, urls)
    house.limits |= {"unauthorized_burst": 100_000}
    house.plugin("helper", _PLUGIN)  # what is installed is everybody's
    for tenant in (MINE, THEIRS):
        sim = house.line(tenant, "helper", "commerce")
        sim.templates = "strict"
    await house.start()
    try:
        for tenant in (MINE, THEIRS):
            await _live(house, tenant)
        await _settled(house)
        for tenant in (MINE, THEIRS):
            await _fill(house, tenant)
    except BaseException:
        await house.close()
        raise
    return house


async def _live(house: House, tenant: str) -> None:
    sim, channel = house.lines[tenant].sim, house.lines[tenant].channel

    async def post(path: str, body: dict[str, Any], **headers: str) -> Any:
        code, answer = await house.api("POST", f"/api/v1{path}", tenant=tenant, json=body, headers=headers)
        assert code < 300, (path, answer)
        return answer

    await post("/webhooks", {"url": f"https://hooks.{tenant}.example/x", "description": f"of {tenant}"})
    await post("/keys", {"scopes": ["messages:read"], "name": f"a key of {tenant}"})
    identities = [{"kind": "phone", "value": CAT}, {"kind": "external", "value": f"crm-of-{tenant}"}]
    attributes = {"city": f"Town of {tenant}", f"of_{tenant}": 1}
    await post("/contacts", {"identities": identities, "name": f"Cat {tenant}", "attributes": attributes})
    await post(
        "/templates",
        {"template": {
            "name": f"ready_{tenant}", "language": "en_US", "category": "utility",
            "body": "Hi {{1}}, it is ready.", "examples": ["Ana"],
        }},
    )  # fmt: skip
    for who, text in ((ANA, f"hello {tenant}"), (BEN, f"boom {tenant}")):
        await sim.says(who, text)
    await sim.sends(ANA, "image", caption=f"Door of {tenant}")
    await sim.wait_for(ANA, 2)
    later = {"type": "text", "text": f"later, {tenant}"}
    message = {"channel": channel, "to": ANA, "message": later}
    await post("/messages", message, **{"Idempotency-Key": f"once-{tenant}"})
    await post("/messages", {**message, "send_at": "2026-12-31T09:00:00+00:00"})


async def _settled(house: House) -> None:
    """Wait until everybody has a dead letter, a stored file, and no work is open."""

    async def over() -> bool:
        dead = await house.rows("select count(distinct tenant) from dead")
        files = await house.rows("select count(distinct tenant) from media where state = 'stored'")
        work = await house.rows("select (select count(*) from event) + (select count(*) from outbox)")
        return bool((dead[0][0], files[0][0], work[0][0]) == (2, 2, 0))

    await until(over, "both tenants' first day is over", within=60)


async def columns(house: House) -> dict[str, dict[str, str]]:
    """The tenants' tables: column → type."""
    assert house.gateway is not None
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in await house.rows(_COLUMNS[house.gateway.store.dialect]):
        found.setdefault(table, {})[column] = kind
    return found


async def _fill(house: House, tenant: str) -> None:
    """A row of made-up values in every table that nothing has come into."""
    assert house.gateway is not None
    contact = (await house.rows(f"select id from contact where tenant = '{tenant}'"))[0][0]
    for table, kinds in (await columns(house)).items():
        if table in WORK or await house.rows(f"select 1 from {table} where tenant = '{tenant}'"):
            continue
        made: dict[str, Any] = {}
        for name, kind in kinds.items():
            text = contact if name in ("contact", "other") else f"{tenant}-{table}-{name}".replace("_", "-")
            text = "{}" if name in OBJECTS and table.startswith("commerce_") else text
            text = WORDS.get(name, WORDS.get(f"{table}.{name}", text))
            made[name] = text if kind == "text" else b"x" if kind in ("bytea", "blob") else int(name in ABOVE)
        made["tenant"] = tenant
        sql = f"insert into {table} ({', '.join(made)}) values ({', '.join(f':{name}' for name in made)})"
        await _insert(house.gateway.store, sql, made)


async def _insert(store: Store, sql: str, values: dict[str, Any]) -> None:
    await store.write(lambda tx: tx.run(sql, **values))


async def theirs(house: House) -> list[Found]:
    """Everything in soko's rows that could stand for something, and that is not duka's as well."""
    texts = [
        (table, column)
        for table, kinds in sorted((await columns(house)).items())
        for column, kind in sorted(kinds.items())
        if kind == "text"
    ]
    mine = {value for table, column in texts for value in await _values(house, table, column, MINE)}
    found: dict[str, Found] = {}
    for table, column in texts:
        for value in sorted(await _values(house, table, column, THEIRS) - mine):
            found.setdefault(value, Found(table, column, value))
    return [each for each in found.values() if _could_be_an_id(each.value)]


async def _values(house: House, table: str, column: str, tenant: str) -> set[str]:
    rows = await house.rows(f'select distinct "{column}" from "{table}" where tenant = \'{tenant}\'')
    return {row[0] for row in rows if row[0]}


def _could_be_an_id(value: str) -> bool:
    return len(value) <= 128 and value.isascii() and value.isprintable() and value[0] not in "{["


async def rows_of(house: House, tenant: str, without: Iterable[str]) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of *tenant*, but for the tables *without* and what moves by itself."""
    found = {}
    for table, kinds in (await columns(house)).items():
        if table not in without:
            names = ", ".join(f'"{name}"' for name in sorted(kinds) if name != "last_used_at")
            still = " and recurs = ''" if table == "job" else ""  # what comes again moves on by itself
            rows = await house.rows(f"select {names} from \"{table}\" where tenant = '{tenant}'{still}")
            found[table] = sorted(rows, key=repr)
    return found


async def still(house: House, tenant: str, without: Iterable[str]) -> dict[str, list[tuple[Any, ...]]]:
    """As `rows_of`, once nothing has changed for a second: what the provider tells of a day comes late."""
    found = await rows_of(house, tenant, without)
    for _ in range(20):
        await asyncio.sleep(1)
        before, found = found, await rows_of(house, tenant, without)
        if found == before:
            return found
    raise AssertionError(f"the rows of {tenant} never come to rest")
