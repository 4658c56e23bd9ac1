"""One installation for a story: a folder with a gateway.toml and plugins, a simulator per channel, and
the gateway in this process. What a story sees, anybody outside sees too: HTTP, the contacts' phones, the API,
/metrics, the command line.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import asyncpg
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import Gateway
from gateway.channels import load_providers
from gateway.demo.ports import free_port
from gateway.demo.settings import toml
from gateway.operate import operate
from gateway.settings import Settings, load
from providers.meta_cloud.simulator import MetaSimulator
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

T = TypeVar("T")

ANA, BEN, CAT, DAN = "+254700000001", "+254700000002", "+254700000003", "+254700000004"
ECHO = """\
from gateway import Chat, Message, hook

@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    await chat.say(message.text)
"""


async def until(check: Callable[[], T | Awaitable[T]], what: str = "", within: float = 60.0) -> T:
    """The first true value of *check*, asked again and again; fails after *within* seconds."""
    deadline = time.monotonic() + within
    while True:
        found = check()
        value: Any = await found if isinstance(found, Awaitable) else found
        if value:
            result: T = value
            return result
        assert time.monotonic() < deadline, f"not within {within:g} s: {what or check}"
        await asyncio.sleep(0.02)


class Line:
    """A tenant with one channel at its own simulated number, Meta's unless another *provider* is named."""

    def __init__(self, tenant: str, plugins: tuple[str, ...], number: str, provider: str) -> None:
        self.tenant, self.plugins, self.channel = tenant, plugins, f"{tenant}-main"
        self.provider = provider
        made: dict[str, Any] = {} if provider == "twilio" else {"phone_number_id": number}
        if provider == "meta_cloud":
            made["app_secret"] = f"app-secret-of-{tenant}"
        self.sim: Any = load_providers()[provider].simulator()(**made)
        self.sim.retry_for = 8.0
        self.settings: dict[str, Any] = {}
        #: Beside id and provider in [[tenants.channels]].
        self.options: dict[str, Any] = {}
        #: Beside id and plugins in [[tenants]], and the settings of its plugins.
        self.tenant_options: dict[str, Any] = {}
        self.plugin_settings: dict[str, dict[str, Any]] = {}


class House:
    """Write plugins and lines, `start`, tell the story. Everything ends with `close`."""

    def __init__(self, folder: Path, urls: Urls) -> None:
        self.folder, self.urls = folder, urls
        if not urls.worker_url:
            prepared(Path(urls.url.removeprefix("sqlite:///")))
        self.lines: dict[str, Line] = {}
        self.paths: list[str] = []
        self.server: dict[str, Any] = {}
        #: [store] beside the urls.
        self.store: dict[str, Any] = {}
        self.sending: dict[str, Any] = {"loop_limit": 100_000}
        self.media: dict[str, Any] = {}
        self.webhooks: dict[str, Any] = {}
        #: [api]: no story is about how often it may be asked, unless it says so.
        self.limits: dict[str, Any] = {"key_burst": 100_000, "tenant_burst": 100_000}
        self.gateway: Gateway | None = None
        self.session = aiohttp.ClientSession()
        self._keys: dict[str, str] = {}
        #: A fixed port for lines whose provider has to know the address, 0 for any.
        self._port = 0

    # What is installed.

    def plugin(self, name: str, source: str) -> None:
        """A single-file plugin."""
        (self.folder / f"{name}.py").write_text(source)
        if f"./{name}.py" not in self.paths:
            self.paths.append(f"./{name}.py")

    def line(self, tenant: str = "duka", *plugins: str, provider: str = "meta_cloud") -> Any:
        """A tenant with *plugins* (echo when none are named) and a number of its own; its simulator."""
        if not plugins and "echo" not in [Path(path).stem for path in self.paths]:
            self.plugin("echo", ECHO)
        number = f"{401122334455667 + len(self.lines)}"
        self.lines[tenant] = Line(tenant, plugins or ("echo",), number, provider)
        return self.lines[tenant].sim

    @property
    def sim(self) -> Any:
        """The first line's simulator."""
        return next(iter(self.lines.values())).sim

    @property
    def config(self) -> Path:
        """The gateway.toml."""
        return self.folder / "gateway.toml"

    def write(self) -> Settings:
        """(Over)write gateway.toml from what this house holds."""
        store = {
            "url": self.urls.url,
            "migrate_url": self.urls.migrate_url,
            "worker_url": self.urls.worker_url,
            **self.store,
        }
        server = {"port": self._port, "secret": ["s" * 40], **self.server}
        if self._port:  # some providers sign the address that they call
            server.setdefault("public_url", f"http://127.0.0.1:{self._port}")
        text = [f"plugin_paths = {toml(self.paths)}"]
        text += _table("[server]", server) + _table("[store]", store) + _table("[sending]", self.sending)
        text += _table("[media]", self.media)
        text += _table("[webhooks]", self.webhooks) if self.webhooks else []
        text += _table("[api]", self.limits)
        for line in self.lines.values():
            own = {"id": line.tenant, "plugins": list(line.plugins), **line.tenant_options}
            text += _table("[[tenants]]", own)
            if "policy" not in own:  # contacts of tests write more than people do
                text += _table("[tenants.policy]", {"inbound_per_minute": 10_000})
            for plugin, values in line.plugin_settings.items():
                text += _table(f"[tenants.settings.{plugin}]", values)
            head = {"id": line.channel, "provider": line.provider, **line.options}
            text += _table("[[tenants.channels]]", head)
            text += _table("[tenants.channels.settings]", {**line.sim.channel_settings(), **line.settings})
        self.config.write_text("\n".join(text) + "\n")
        return load(self.config)

    # Running it.

    async def start(self) -> House:
        """Start what does not run yet: the simulators, then the gateway."""
        for line in self.lines.values():
            if line.provider != "meta_cloud":
                self._port = self._port or free_port()
            if not line.sim.api_base:
                await line.sim.start()
        gateway = Gateway(self.write(), strict=True)
        await gateway.start()
        self.gateway = gateway
        self.aim()
        return self

    def aim(self) -> None:
        """Tell every simulator where the webhooks go."""
        for line in self.lines.values():
            line.sim.webhook_url = f"{self.url}/webhooks/{line.provider}/{line.channel}"

    async def stop(self) -> None:
        """Stop the gateway, cleanly."""
        gateway, self.gateway = self.gateway, None
        if gateway is not None:
            await gateway.stop()

    async def close(self) -> None:
        """Stop everything."""
        await self.stop()
        for line in self.lines.values():
            await line.sim.stop()
        await self.session.close()

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        assert self.gateway is not None
        return self.gateway.url

    # What anybody can do from outside.

    async def post(
        self, body: bytes, headers: Mapping[str, str] | None = None, *, path: str = "", tenant: str = ""
    ) -> aiohttp.ClientResponse:
        """POST *body* to a webhook; signed by *tenant*'s app unless *headers* are given."""
        line = self.lines[tenant or next(iter(self.lines))]
        path = path or f"/webhooks/meta_cloud/{line.channel}"
        sent = {"X-Hub-Signature-256": sign(line.sim.app_secret, body)} if headers is None else headers
        async with self.session.post(self.url + path, data=io.BytesIO(body), headers=sent) as answer:
            await answer.read()
            return answer

    async def key(self, tenant: str = "duka") -> str:
        """An API key, made while the gateway runs."""
        if tenant not in self._keys:
            made = await operate(load(self.config), "key.create", {"tenant": tenant})
            self._keys[tenant] = made["key"]
        return self._keys[tenant]

    async def api(
        self, method: str, path: str = "/api/v1/messages", *, tenant: str = "duka", **more: Any
    ) -> tuple[int, Any]:
        """Call the API as *tenant*: the status and the decoded answer."""
        headers = {"Authorization": f"Bearer {await self.key(tenant)}", **more.pop("headers", {})}
        async with self.session.request(method, self.url + path, headers=headers, **more) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def sent(self, tenant: str = "duka", **query: str) -> list[dict[str, Any]]:
        """The outgoing messages that the API lists, oldest first."""
        code, answer = await self.api("GET", tenant=tenant, params={"direction": "out", **query})
        assert code == 200, answer
        return list(reversed(answer["items"]))

    async def metric(self, sample: str, **labels: str) -> float:
        """The sum of a sample of /metrics over the labels that are not given."""
        async with self.session.get(self.url + "/metrics") as answer:
            text = await answer.text()
        return sum(
            one.value
            for family in text_string_to_metric_families(text)
            for one in family.samples
            if one.name == sample and labels.items() <= one.labels.items()
        )

    async def replay(self, *ids: str, apply: bool = False) -> list[dict[str, Any]]:
        """`gateway replay`, beside the running gateway."""
        answer = await operate(load(self.config), "replay", {"ids": list(ids), "apply": apply})
        reports: list[dict[str, Any]] = answer["reports"]
        return reports

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What an operator sees who looks into the database."""
        if self.urls.worker_url:
            connection = await asyncpg.connect(self.urls.worker_url)
            try:
                return [tuple(row) for row in await connection.fetch(sql)]
            finally:
                await connection.close()
        path = f"file:{self.urls.url.removeprefix('sqlite:///')}?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as reader:
            return reader.execute(sql).fetchall()


async def running(house: House) -> AsyncIterator[House]:
    """*house* with the tenants duka and soko, a number each, started."""
    house.line("duka")
    house.line("soko")
    await house.start()
    yield house
    await house.close()


def sign(secret: str, body: bytes) -> str:
    """The header that Meta would send."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def change(
    sim: MetaSimulator, value: dict[str, Any], *, number: str = "", field: str = "messages"
) -> dict[str, Any]:
    """One change of a webhook, for the simulator's number unless another is given."""
    metadata = {"display_phone_number": "15550104477", "phone_number_id": number or sim.number}
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}


def webhook(*changes: Any) -> bytes:
    """The bytes of a webhook with these changes."""
    entry = {"id": "198700112233445", "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def text_message(phone: str, text: str, wamid: str, *, at: int = 0) -> dict[str, Any]:
    """A change's value: one text of the contact *phone* (seconds *at*, now when 0)."""
    digits = phone.lstrip("+")
    message = {"from": digits, "id": wamid, "timestamp": str(at or int(time.time())), "type": "text"}
    return {
        "contacts": [{"profile": {"name": "Somebody"}, "wa_id": digits}],
        "messages": [{**message, "text": {"body": text}}],
    }


def _table(head: str, values: Mapping[str, Any]) -> list[str]:
    return ["", head, *(f"{name} = {toml(value)}" for name, value in values.items())]
