"""A48, P17: what is planted in secrets, messages, names, addresses, headers and errors is searched for where
it must not be: secrets in a whole dump of the database, and everything in logs, metrics and error reports."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from gateway.observe import configure_sentry
from tests.support.house import House, change, sign, until, webhook
from tests.support.logs import logged
from tests.support.postgres import PostgresServer, role_url

PLUGIN = """\
import sentry_sdk
from msgspec import Meta, Struct
from typing import Annotated

from gateway import Chat, Message, hook

class Settings(Struct, frozen=True):
    key: Annotated[str, Meta(extra_json_schema={"writeOnly": True})] = ""

@hook.on_message
async def answer(message: Message, chat: Chat) -> None:
    if "boom" in message.text:
        secret = chat.settings.key
        error = ValueError(f"cannot do {message.text} with {secret}")
        sentry_sdk.set_tag("text", message.text)
        sentry_sdk.capture_exception(error)
        sentry_sdk.capture_message(message.text)
        raise error
    await chat.say("you said: " + message.text)
"""


class Collect(Transport):
    """Keeps what would have been sent to Sentry."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())


class Canaries:
    """What was planted, by kind. A value is never said by chance."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.people: dict[str, str] = {}
        self._made = 0

    def secret(self, what: str, prefix: str = "") -> str:
        """A new secret."""
        return self.secrets.setdefault(what, prefix + self._new())

    def person(self, what: str) -> str:
        """A new piece of what people write or are."""
        return self.people.setdefault(what, self._new())

    def phone(self, n: int) -> str:
        """A new phone."""
        return self.people.setdefault(f"phone {n}", f"+2547999{n:05}")

    def __len__(self) -> int:
        return len(self.secrets) + len(self.people)

    def _new(self) -> str:
        self._made += 1
        return f"Kanarie{self._made:03}vogelQx{self._made * 7919 % 997:03}"


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Every line that the gateway and its libraries log."""
    with logged() as out:
        yield out


@pytest.fixture
def sentry() -> Iterator[Collect]:
    """Every report that would leave."""
    transport = Collect()
    assert configure_sentry("https://public@sentry.example.com/1", transport=transport)
    with sentry_sdk.isolation_scope():
        yield transport
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


async def dump(house: House, request: pytest.FixtureRequest) -> bytes:
    """Every byte of the database: the files of SQLite, or every row that PostgreSQL's superuser sees."""
    if not house.urls.worker_url:
        path = Path(house.urls.url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in path.parent.glob(path.name + "*") if each.is_file())
    server: PostgresServer = request.getfixturevalue("postgres_server")
    database = urlsplit(house.urls.url).path.lstrip("/")
    connection = await asyncpg.connect(role_url(server.superuser_url, database))
    try:
        names = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        rows: list[str] = []
        for name in names:
            table = f'public."{name["tablename"]}"'
            for row in await connection.fetch(f"select * from {table} as t"):
                rows += [
                    bytes(each).decode("latin-1") if isinstance(each, bytes) else str(each) for each in row
                ]
        return "\n".join(rows).encode("utf-8", "replace")
    finally:
        await connection.close()


def hits(where: bytes, planted: dict[str, str]) -> list[str]:
    """Which of *planted* are in *where*: as they are, in hex, or in base64."""
    found = []
    for what, value in planted.items():
        plain = value.lstrip("+").encode()
        forms = {plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")[:-1]}
        if any(form in where for form in forms):
            found.append(what)
    return found


async def plant_secrets(house: House, canaries: Canaries) -> None:
    """Channels, keys, webhooks and plugin settings by the API; keys that are wrong."""
    for n in range(4):
        settings = {
            "phone_number_id": f"50112233445566{n}",
            "access_token": canaries.secret(f"access token {n}", "EAA"),
            "app_secret": canaries.secret(f"app secret {n}"),
            "verify_token": canaries.secret(f"verify token {n}"),
        }
        body: dict[str, Any] = {"id": f"more-{n}", "provider": "meta_cloud", "settings": settings}
        code, told = await house.api("POST", "/api/v1/channels", json=body)
        assert code == 201, json.dumps(told)
        code, told = await house.api("POST", "/api/v1/keys", json={"scopes": ["read"], "name": f"key {n}"})
        assert code == 201, told
        canaries.secrets[f"api key {n}"] = told["key"].split("_")[2]
        code, told = await house.api("POST", "/api/v1/webhooks", json={"url": f"https://8.8.8.8/{n}"})
        assert code == 201, told
        canaries.secrets[f"webhook secret {n}"] = told["secret"].removeprefix("whsec_").rstrip("=")
    code, told = await house.api("PATCH", "/api/v1/plugins/second", json={
        "enabled": True, "settings": {"key": canaries.secret("plugin key")}})  # fmt: skip
    assert code == 200, told


async def plant_people(house: House, canaries: Canaries) -> None:
    """Messages both ways, names, errors of plugins, webhooks that are no webhooks."""
    for n in range(4):
        phone, name = canaries.phone(n), canaries.person(f"name {n}")
        for what in (f"text {n}", f"boom {n}"):
            text = canaries.person(what)
            digits = phone.lstrip("+")
            value = {
                "contacts": [{"profile": {"name": name}, "wa_id": digits}],
                "messages": [{
                    "from": digits, "id": f"wamid.{canaries.person(what + ' id')}", "type": "text",
                    "timestamp": str(int(time.time())),
                    "text": {"body": f"boom {text}" if "boom" in what else text},
                }],
            }  # fmt: skip
            await house.post(webhook(change(house.sim, value)))
    for n in range(2):
        body = canaries.person(f"unreadable {n}").encode()
        await house.post(body, {"X-Hub-Signature-256": sign(house.sim.app_secret, body)})
        await house.post(body, {"X-Hub-Signature-256": canaries.secret(f"signature {n}"), "X-Odd": "1"})


async def plant_requests(house: House, canaries: Canaries) -> None:
    """The API asked badly: bodies, parameters, paths, headers, bytes that are no HTTP."""
    post: dict[str, Any] = {"method": "POST", "path": "/api/v1/messages"}
    await house.api(**post, data=b'{"channel": "' + canaries.person("broken json").encode())
    message = {"type": "text", "text": canaries.person("outgoing text")}
    order = {"channel": canaries.person("unknown channel"), "to": canaries.phone(7), "message": message}
    await house.api(**post, json=order)
    await house.api(
        "GET", f"/api/v1/messages?contact={canaries.person('query')}&x={canaries.person('unknown')}"
    )
    await house.api("GET", f"/api/v1/messages/{canaries.person('path')}")
    await house.api("GET", "/api/v1/messages", headers={"X-Canary": canaries.person("header")})
    phones = [{"kind": "phone", "value": canaries.phone(8)}]
    person = {"name": canaries.person("contact name"), "identities": phones}
    await house.api("POST", "/api/v1/contacts", json=person)
    for n, written in enumerate(
        (f"Bearer {canaries.secret('wrong key', 'gw_')}", canaries.secret("wrong scheme"))
    ):
        async with house.session.get(
            house.url + "/api/v1/messages", headers={"Authorization": written}
        ) as answer:
            assert answer.status in (401, 429), n
    async with house.session.get(f"{house.url}/media/{canaries.secret('media token')}"):
        pass
    async with house.session.get(
        f"{house.url}/webhooks/meta_cloud/duka-main?hub.mode=subscribe&hub.challenge=1&hub.verify_token="
        + canaries.secret("handshake token")
    ):
        pass
    _, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    writer.write(f"GET / HTTP/1.1\r\nAuthorization: {canaries.secret('torn header')}\0\r\n\r\n".encode())
    await writer.drain()
    writer.close()


async def test_fifty_canaries_are_nowhere(
    any_house: House, logs: io.StringIO, sentry: Collect, request: pytest.FixtureRequest
) -> None:
    """Secrets are in no dump; neither they nor what people write and are is in logs, metrics or reports."""
    house, canaries = any_house, Canaries()
    house.plugin("answers", PLUGIN)
    house.plugin("second", PLUGIN)
    house.server["secret"] = [canaries.secret("server secret") * 2]
    house.line("duka", "answers")
    await house.start()
    await plant_secrets(house, canaries)
    await plant_people(house, canaries)
    await plant_requests(house, canaries)
    await until(lambda: any(b"ValueError" in each for each in sentry.sent), "a report")
    assert await house.rows("select id from dead")
    async with house.session.get(house.url + "/metrics") as answer:
        metrics = await answer.read()
    stored = await dump(house, request)
    await house.stop()
    stored += await dump(house, request)
    logged, reported = logs.getvalue().encode(), b"\n".join(sentry.sent)

    everything = {**canaries.secrets, **canaries.people}
    found = {
        "dump": hits(stored, canaries.secrets),
        "logs": hits(logged, everything),
        "metrics": hits(metrics, everything),
        "Sentry": hits(reported, everything),
    }
    sizes = {"dump": len(stored), "logs": len(logged), "metrics": len(metrics), "Sentry": len(reported)}
    kind = "PostgreSQL" if house.urls.worker_url else "SQLite"
    print(
        f"{kind}: {len(canaries)} canaries, {len(canaries.secrets)} of them secrets; bytes searched: {sizes}"
    )
    print(f"hits: { {where: len(each) for where, each in found.items()} }")
    assert len(canaries) >= 50
    assert found == {"dump": [], "logs": [], "metrics": [], "Sentry": []}
    # The search would find them: what people wrote is in the database, where it belongs.
    assert len(hits(stored, canaries.people)) > 10
    assert len(logged.splitlines()) > 5
    assert all(json.loads(line) for line in logged.splitlines())
