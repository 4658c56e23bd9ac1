"""One contact is erased, with all that one can have: nothing of it is left in the database, the files, the
spool and the logs, and nobody else misses anything."""

from __future__ import annotations

import asyncio
import base64
import io
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiohttp import web

from gateway.hooks.host import Host
from gateway.store.migrate import migrate
from tests.support.house import House, change, until, webhook
from tests.support.logs import logged
from tests.support.postgres import PostgresServer, role_url
from tests.support.site import listening

ANA, BEN = "+254711223344", "+254799887766"
ANAS = ANA.lstrip("+")
BSUID = "KE.13491208655302741918"
#: What was planted of Ana: it is nowhere when she is erased.
CANARIES = {
    "phone": ANAS,
    "phone with spaces": "254 711 223 344",
    "name": "Kanarie Adhiambo",
    "username": "kanarie_adh",
    "user id": BSUID,
    "e-mail": "kanarie@example.org",
    "address": "Kanariegata 7",
    "text in": "kanarietext eins",
    "text out": "kanarietext zwei kanarietext eins",
    "later": "kanarietext drei",
    "boom": "kanarietext boom",
    "caption": "kanarietext vier",
    "file in": "kanarie-bytes-in",
    "file out": "kanarie-bytes-out bill kanarie",
    "file name": "kanarie-rechnung bill kanarie",
    "key": "kanarie-key",
    "signal": "kanarie-signal order to Kanariegata",
    "job": "kanarie-job order to Kanariegata",
}
SHOP = """\
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway import (
    Chat, Document, JobContext, Message, PersonalData, Subject, fields, flow, hook, job
)


class Ordered(Struct, frozen=True, tag="ordered"):
    order: str


@hook.register_events
def register_events() -> list[type[Struct]]:
    return [Ordered]


async def forget_lines(db: Any, subject: Subject) -> None:
    await db.run("delete from shop_line where tenant = :tenant and order_id not in "
        "(select id from shop_order where tenant = :tenant and contact <> :contact)", contact=subject.contact)


@hook.register_personal_data
def register_personal_data() -> list[PersonalData]:
    return [
        PersonalData("shop_line", erase=forget_lines),
        PersonalData("shop_order", contact="contact"),
        PersonalData("shop_call", phone="phone"),
        PersonalData("shop_visit", conversation="conversation", blank={"conversation": "", "note": ""}),
        PersonalData("shop_product", nobody="what is sold"),
    ]


@job(retries=0)
async def later(context: JobContext, note: str) -> None:
    pass


@flow(timeout="12h")
async def asked(chat: Chat) -> None:
    await chat.ask("size", "Which size?", parse=fields.integer)


@hook.on_message
async def order(message: Message, chat: Chat) -> Any:
    if "boom" in message.text:
        raise ValueError(message.text)
    if message.text.startswith("order "):
        order = f"order-{message.id}"
        values = {"contact": chat.contact.id, "conversation": chat.conversation.id}
        await chat.db.run("insert into shop_order (tenant, id, contact, address) values "
            "(:tenant, :id, :contact, :address)", id=order, contact=chat.contact.id, address=message.text)
        await chat.db.run("insert into shop_line (tenant, order_id, n, what) values "
            "(:tenant, :order, 1, :what)", order=order, what=message.text)
        await chat.db.run("insert into shop_call (tenant, id, phone) values (:tenant, :id, :phone)",
            id=order, phone=chat.contact.phone)
        await chat.db.run("insert into shop_visit (tenant, id, conversation, note) values "
            "(:tenant, :id, :conversation, :note)", id=order, conversation=chat.conversation.id,
            note=message.text)
        at = chat.now + timedelta(hours=5)
        chat.enqueue(later.at(at).keyed(f"kanarie-job {order}"), f"kanarie-job {message.text}")
        key = f"kanarie-signal {chat.contact.phone}"
        chat.emit(Ordered(order=f"kanarie-signal {message.text}"), key=key)
        return await chat.start(asked)
    if message.text.startswith("bill"):
        data = f"%PDF-1.7 kanarie-bytes-out {message.text}".encode()
        await chat.send(Document(data=data, filename=f"kanarie-rechnung {message.text}.pdf"))
        return None
    await chat.say(f"kanarietext zwei {message.text}")
    return None
"""
TABLES = """\
create table shop_order (
    tenant text not null, id text not null, contact text not null, address text not null,
    primary key (tenant, id)
);
create table shop_line (
    tenant text not null, order_id text not null, n int not null, what text not null,
    primary key (tenant, order_id, n)
);
create table shop_call (
    tenant text not null, id text not null, phone text not null, primary key (tenant, id)
);
create table shop_visit (
    tenant text not null, id text not null, conversation text not null, note text not null,
    primary key (tenant, id)
);
create table shop_product (
    tenant text not null, id text not null, name text not null, primary key (tenant, id)
);
"""


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Every line that the gateway logs."""
    with logged() as out:
        yield out


async def dump(house: House, request: pytest.FixtureRequest) -> bytes:
    """Every byte: the database's files, or every row that PostgreSQL's superuser sees; the folders of files
    and of the spool."""
    found = [
        path.read_bytes()
        for path in sorted(house.folder.rglob("*"))
        if path.is_file() and path.suffix not in (".py", ".toml", ".sql", ".pyc")
    ]
    if house.urls.worker_url:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = urlsplit(house.urls.url).path.lstrip("/")
        connection = await asyncpg.connect(role_url(server.superuser_url, database))
        try:
            for name in await connection.fetch("select tablename from pg_tables where schemaname = 'public'"):
                for row in await connection.fetch(f'select * from public."{name["tablename"]}" as t'):
                    found += [each if isinstance(each, bytes) else str(each).encode() for each in row]
        finally:
            await connection.close()
    return b"\n".join(found)


def hits(where: bytes, planted: dict[str, str]) -> list[str]:
    """Which of *planted* are in *where*: as they are, in hex, or in base64."""
    found = []
    for what, value in planted.items():
        plain = value.encode()
        forms = {plain, plain.hex().encode()} | {
            base64.b64encode(b"\0" * pad + plain)[4:-4] for pad in range(3) if len(plain) > 8
        }
        if any(form in where for form in forms):
            found.append(what)
    return found


@pytest.fixture
async def customer() -> AsyncIterator[str]:
    """An address of the business that answers webhooks with what it was told."""

    async def echo(request: web.Request) -> web.Response:
        body = await request.text()
        return web.Response(status=400, text=f"kanarie-answer {body}")

    app = web.Application()
    app.router.add_post("/", echo)
    async with listening(app) as origin:
        yield origin + "/"


async def furnish(house: House) -> None:
    """A shop with tables, and a second plugin that parks flows."""
    house.plugin("shop", SHOP)
    folder = house.folder / "shop_migrations"
    folder.mkdir(exist_ok=True)
    (folder / "0001_shop.sql").write_text(TABLES)
    house.line("duka", "shop")
    settings = house.write()
    if house.urls.worker_url:
        await migrate(settings.store, Host.load(settings.plugin_paths).components)
    await house.start()


async def live(house: House, customer: str) -> dict[str, str]:
    """Ana and Ben write and get answers, statuses, files, orders, errors, messages of the API; the ids of
    both."""
    code, told = await house.api("POST", "/api/v1/webhooks", json={"url": customer})
    assert code == 201, told
    ana = house.sim.contact(ANA, CANARIES["name"], username=CANARIES["username"])
    CANARIES["user id"] = ana.user_id
    house.sim.contact(BEN, "Ben Otieno")
    for one, other in (
        (f"{CANARIES['text in']} {CANARIES['phone with spaces']}", "hello from ben"),
        (f"boom {CANARIES['boom']}", "boom of ben"),
        ("bill kanarie", "bill ben"),
        (f"order to {CANARIES['address']}", "order to ben's street"),
    ):
        await asyncio.gather(house.sim.says(ANA, one), house.sim.says(BEN, other))
        await asyncio.sleep(0.3)
    for who, data in ((ANA, CANARIES["file in"]), (BEN, "bytes of ben")):
        caption = CANARIES["caption"] if who == ANA else "ben's paper"
        await house.sim.sends(who, "document", content=b"%PDF-1.7 " + data.encode(), caption=caption)
    ids = await contacts(house)
    await business(house, ids)
    await house.sim.reads(ANA)
    await together(house)
    assert not (await unsettled(house, 20))
    await quiet(house)
    return ids


async def quiet(house: House) -> None:
    """No status is on its way any more: one that comes after an erasure speaks of a message that is gone."""
    known = -1
    while known != (known := len(await house.rows("select at from status"))):  # noqa: ASYNC110
        await asyncio.sleep(3)


async def contacts(house: House) -> dict[str, str]:
    """The contacts' ids, by their phones."""
    rows = await house.rows("select value, contact from identity where kind = 'phone'")
    return {row[0]: row[1] for row in rows}


async def business(house: House, ids: dict[str, str]) -> None:
    """What the business does by the API: attributes, a message with a key, one for later, one that is
    parked."""
    for phone, mail in ((ANA, CANARIES["e-mail"]), (BEN, "ben@example.org")):
        code, told = await house.api(
            "PATCH", f"/api/v1/contacts/{ids[phone]}", json={"attributes": {"mail": mail}}
        )
        assert code == 200, told
        words = CANARIES["later"] if phone == ANA else "for ben"
        for n, at in enumerate(("", "2027-01-01T00:00:00Z")):
            order = {
                "channel": "duka-main", "to": phone,
                "message": {"type": "text", "text": f"{words} {n}"},
                **({"send_at": at} if at else {}),
            }  # fmt: skip
            headers = {"Idempotency-Key": f"{CANARIES['key'] if phone == ANA else 'key of ben'} {n}"}
            code, told = await house.api("POST", json=order, headers=headers)
            assert code in (202, 422), told
        code, told = await house.api("POST", f"/api/v1/contacts/{ids[phone]}/export")
        assert code == 202, told


async def together(house: House) -> None:
    """One webhook that tells of both, with what nobody can read and a status of nobody's message."""
    people = [
        {"profile": {"name": CANARIES["name"]}, "wa_id": ANAS},
        {"profile": {"name": "Ben Otieno"}, "wa_id": BEN[1:]},
    ]
    messages = [
        {"from": phone[1:], "id": f"wamid.Both{phone[-3:]}==", "timestamp": str(int(time.time())),
         "type": "text", "text": {"body": f"both {name}"}}
        for phone, name in ((ANA, CANARIES["text in"]), (BEN, "ben"))
    ]  # fmt: skip
    broken = [{"from": phone[1:], "id": 7, "type": "text"} for phone in (ANA, BEN)]
    statuses = [
        {"id": f"wamid.Nobody{phone[-3:]}==", "status": "delivered", "timestamp": str(int(time.time())),
         "recipient_id": phone[1:]}
        for phone in (ANA, BEN)
    ]  # fmt: skip
    value = {"contacts": people, "messages": [*messages, *broken]}
    await house.post(webhook(change(house.sim, value), change(house.sim, {"statuses": statuses})))


async def unsettled(house: House, seconds: float) -> list[Any]:
    """What is not parsed, answered, fetched, sent, exported or numbered after a while."""
    found: list[Any] = ["?"]
    until_ = time.monotonic() + seconds
    while found and time.monotonic() < until_:
        await asyncio.sleep(0.1)
        found = [sql for sql in UNSETTLED if await house.rows(sql)]
    return [(sql, await house.rows(sql.replace(" 1 ", " * "))) for sql in found]


UNSETTLED = (
    "select 1 from journal_open",
    "select 1 from event",
    "select 1 from feed_open",
    "select 1 from media where state = 'pending'",
    "select 1 from export where state = 'waiting'",
    "select 1 from outbox where state <> 'ready'",
)


async def erased(house: House, contact: str) -> dict[str, Any]:
    """Erase by the API, and follow it to the end."""
    code, told = await house.api("POST", f"/api/v1/contacts/{contact}/erase")
    assert code == 202, told
    return await followed(house, told["id"])


async def followed(house: House, erasure: str) -> dict[str, Any]:
    """The erasure, once it is done."""
    told: dict[str, Any] = {}

    async def done() -> bool:
        code, now = await house.api("GET", f"/api/v1/erasures/{erasure}")
        assert code == 200, now
        told.update(now)
        return bool(now["state"] == "done")

    await until(done, "the erasure is done", 60)
    return told


#: What Ben has, by table and what is his.
OF_BEN = {
    "message": "conversation in (select id from conversation where contact = '{ben}')",
    "part": "conversation in (select id from conversation where contact = '{ben}')",
    "scheduled": "conversation in (select id from conversation where contact = '{ben}')",
    "flow": "conversation in (select id from conversation where contact = '{ben}')",
    "job": "conversation in (select id from conversation where contact = '{ben}')",
    "conversation": "contact = '{ben}'",
    "identity": "contact = '{ben}'",
    "contact": "id = '{ben}'",
    "contact_word": "contact = '{ben}'",
    "contact_attribute": "contact = '{ben}'",
    "shop_order": "contact = '{ben}'",
    "shop_line": "order_id in (select id from shop_order where contact = '{ben}')",
    "shop_call": "phone = '{phone}'",
    "shop_visit": "conversation in (select id from conversation where contact = '{ben}')",
    "idempotency": "key like 'key of ben%'",
    "status": "provider_message_id = 'wamid.Nobody766=='",
    "export": "contact = '{ben}'",
}


async def of_ben(house: House, ben: str) -> dict[str, list[str]]:
    """Every row of Ben's."""
    return {
        table: sorted(
            str(row) for row in await house.rows(
                f"select * from {table} where " + where.format(ben=ben, phone=BEN)
            )
        )
        for table, where in OF_BEN.items()
    }  # fmt: skip


async def test_nothing_is_left_of_one_and_everything_of_the_other(
    any_house: House, customer: str, logs: io.StringIO, request: pytest.FixtureRequest
) -> None:
    """Names, numbers in three spellings, ids of the provider, words, files, orders: 0 hits anywhere."""
    house = any_house
    house.webhooks = {"internal": [customer.rstrip("/")], "insecure_links": True}
    await furnish(house)
    ids = await live(house, customer)
    planted = CANARIES | {"number dialled": ANA, "id of the contact's message": "wamid.Both344=="}
    sent = await house.rows(
        f"select p.provider_message_id from part p join conversation c on c.id = p.conversation "
        f"where c.contact = '{ids[ANA]}' and p.provider_message_id <> ''"
    )
    planted |= {f"sent {n}": row[0] for n, row in enumerate(sent)}
    before, bens = await dump(house, request), await of_ben(house, ids[BEN])
    blocks = await house.rows("select first, n from feed order by first")

    told = await erased(house, ids[ANA])
    await house.stop()
    left = await dump(house, request)

    missing = set(planted) - set(hits(before, planted))
    assert missing <= {"e-mail", "phone with spaces"} or not missing, missing
    assert len(sent) > 4
    assert hits(left, planted) == []
    assert hits(logs.getvalue().encode(), planted) == []
    assert told["rows"] > 30
    assert await of_ben(house, ids[BEN]) == bens
    assert all(bens.values()), {table for table, some in bens.items() if not some}
    assert [n for _, n in blocks] == [
        n for _, n in await house.rows("select first, n from feed order by first")
    ][: len(blocks)]
    bodies = b"".join(row[0] for row in await house.rows("select body from journal"))
    assert b"wamid.Both766==" in bodies
    assert b"wamid.Nobody766==" in bodies
