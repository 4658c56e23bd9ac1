"""A world for tests: the real gateway in this process, a provider's simulators, contacts, and a plugin."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar, overload

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import Gateway
from gateway.demo.ports import free_port
from gateway.demo.settings import internal
from gateway.hooks.host import Host
from gateway.operate import operate
from gateway.provider import Provider
from gateway.settings import Settings, StoreSettings
from gateway.simulator import Seen, SignedWebhook, Simulator
from gateway.store.migrate import migrate
from gateway.testing.conformance import configuration
from gateway.testing.conformance.clerk import Clerk
from gateway.testing.conformance.configuration import BACK, FIRST, FRONT, PLUGIN, SECOND, SIDE
from gateway.testing.conformance.waiting import until

T = TypeVar("T")
#: What must stay 0.
PROMISES = ("gateway_order_violations_total", "gateway_duplicate_sends_total")


class World:
    """One installation: tenant "first" with the channels "front" and "side" (two numbers of `sim`), and
    tenant "second" with the channel "back", whose number and secrets are of `other`, a second simulator.

        async with World(provider, folder).running() as world:
            ana = world.contact()
            await world.sim.says(ana, "hello")
            [seen] = await world.shown(ana, 1)

    *store* is a fresh database of its own; SQLite in *folder* when it is left out. Whatever waits, waits
    *patience* times as long as it usually does.
    """

    def __init__(
        self, provider: Provider, folder: Path, store: StoreSettings | None = None, patience: float = 1.0
    ) -> None:
        self.provider, self.folder, self.store = provider, folder, store or StoreSettings(url="")
        self.patience = patience
        make = provider.simulator()
        self.sim: Simulator = make()
        self.other: Simulator = make()
        #: The ids of the numbers of "side" and "back".
        self.side = self.back = ""
        self.clerk = Clerk()
        self.port = free_port()
        self.gateway: Gateway | None = None
        #: Broken promises (order, duplicate sends) that gateways which were stopped had counted.
        self.broken = 0.0
        self._session: aiohttp.ClientSession | None = None
        self._keys: dict[str, str] = {}
        self._phones = itertools.count(1)

    # Running it.

    @asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        """The world from its beginning to its end."""
        try:
            await self.begin()
            yield self
        finally:
            await self.end()

    async def begin(self) -> None:
        """Start the simulators and the gateway."""
        self._session = aiohttp.ClientSession()
        for simulator in (self.sim, self.other):
            simulator.status_delay = 0.005
            simulator.retry_for = 8.0 * self.patience
            await simulator.start()
        self.side, self.back = self.sim.add_number("+15550104478"), self.other.add_number("+15550104499")
        self.sim.webhook_url, self.other.webhook_url = self.webhook(FRONT), self.webhook(BACK)
        settings = self.write()
        if self.store.migrate_url:
            await migrate(settings.store)
        await self.start()

    async def end(self) -> None:
        """Stop everything."""
        await self.stop()
        await self.sim.stop()
        await self.other.stop()
        if self._session is not None:
            await self._session.close()
        await asyncio.sleep(0.02)  # connections end in the loop's next rounds

    async def start(self) -> None:
        """Start the gateway, which must not run."""
        host = Host()
        host.register(self.clerk, PLUGIN)
        providers = {self.provider.name: self.provider}
        gateway = Gateway(self.write(), strict=True, host=host, providers=providers)
        await gateway.start()
        self.gateway = gateway

    async def stop(self) -> None:
        """Stop the gateway, cleanly."""
        gateway, self.gateway = self.gateway, None
        if gateway is not None:
            for promise in PROMISES:
                self.broken += await self.metric(promise)
            await gateway.stop()

    async def restart(self) -> None:
        """Stop the gateway and start it again, with the settings that the simulators name now."""
        await self.stop()
        await self.start()

    def write(self) -> Settings:
        """Write gateway.toml with the settings that the simulators name now. A running gateway looks at it
        when a channel's token is dead."""
        name = self.provider.name
        channels: dict[str, tuple[str, str, Mapping[str, Any]]] = {
            FRONT: (FIRST, name, self.sim.channel_settings()),
            SIDE: (FIRST, name, self.sim.channel_settings(self.side)),
            BACK: (SECOND, name, self.other.channel_settings(self.back)),
        }
        origins = internal((self.sim, self.other))
        return configuration.write(self.folder, self.port, self.store, origins, channels)

    # Where things are.

    @property
    def url(self) -> str:
        """The gateway's public address."""
        return f"http://127.0.0.1:{self.port}"

    def webhook(self, channel: str = "") -> str:
        """The address of a channel's webhooks, or of the whole app's."""
        return f"{self.url}/webhooks/{self.provider.name}" + (f"/{channel}" if channel else "")

    def contact(self) -> str:
        """The number of somebody who has never written."""
        return f"+25471{next(self._phones):07d}"

    @contextmanager
    def temper(self, **changes: Any) -> Iterator[Simulator]:
        """The first simulator with another temper for a while."""
        before = {name: getattr(self.sim, name) for name in changes}
        for name, value in changes.items():
            setattr(self.sim, name, value)
        try:
            yield self.sim
        finally:
            for name, value in before.items():
                setattr(self.sim, name, value)

    # What anybody can do from outside.

    async def post(
        self, webhook: SignedWebhook, *, url: str = "", headers: Mapping[str, str] | None = None,
        body: bytes | None = None, extra: tuple[tuple[str, str], ...] = (),
    ) -> int:  # fmt: skip
        """POST *webhook* to where it is signed for, or to *url*; with other *headers* or another *body* if
        they are given, and *extra* headers. Returns the status."""
        assert self._session is not None
        url = url or self.sim.webhook_url + (f"?{webhook.query}" if webhook.query else "")
        sent = [*(webhook.headers if headers is None else headers).items(), *extra]
        data = webhook.body if body is None else body
        async with self._session.post(url, data=data, headers=sent) as answer:
            await answer.read()
            return answer.status

    async def fetch(self, url: str, **more: Any) -> tuple[int, Mapping[str, str], bytes]:
        """GET *url* (of the gateway when it begins with "/"): status, headers and body."""
        assert self._session is not None
        async with self._session.get(self.url + url if url[0] == "/" else url, **more) as answer:
            return answer.status, answer.headers, await answer.read()

    async def api(
        self, method: str, path: str = "/api/v1/messages", *, tenant: str = FIRST, **more: Any
    ) -> tuple[int, Any]:
        """Call the API as *tenant*: the status and the decoded answer."""
        assert self._session is not None
        headers = {"Authorization": f"Bearer {await self.key(tenant)}", **more.pop("headers", {})}
        async with self._session.request(method, self.url + path, headers=headers, **more) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def key(self, tenant: str) -> str:
        """An API key of *tenant*."""
        if tenant not in self._keys:
            assert self.gateway is not None
            made = await operate(self.gateway.settings, "key.create", {"tenant": tenant})
            self._keys[tenant] = made["key"]
        return self._keys[tenant]

    async def sends(self, to: str, message: Mapping[str, Any], **more: Any) -> tuple[int, Any]:
        """POST *message* to the API, for *to* on the channel "front"."""
        return await self.api("POST", json={"channel": FRONT, "to": to, "message": message, **more})

    async def listed(self, contact: str, direction: str = "", tenant: str = FIRST) -> list[dict[str, Any]]:
        """The messages of a contact that the API lists, oldest first."""
        query = {"contact": contact, "direction": direction, "limit": "200"}
        params = {name: value for name, value in query.items() if value}
        code, answer = await self.api("GET", tenant=tenant, params=params)
        assert code == 200, answer
        return list(reversed(answer["items"]))

    async def shown(self, contact: str, count: int, timeout: float = 30.0) -> list[Seen]:
        """The contact's inbox as soon as it holds *count* messages; it must not hold more."""
        inbox = list(await self.sim.wait_for(contact, count, timeout * self.patience))
        assert len(inbox) == count, f"{len(inbox)} messages instead of {count}: {[m.text for m in inbox]}"
        return inbox

    async def settled(self, contact: str, count: int, status: str, within: float = 30.0) -> list[Any]:
        """The contact's outgoing messages, once there are *count* and all have *status*."""

        async def look() -> list[dict[str, Any]]:
            items = await self.listed(contact, "out")
            states = [item["status"] for item in items]
            return items if states == [status] * count else []

        return await self.until(look, f"{count} messages to {contact} are {status}", within)

    @overload
    async def until(self, check: Callable[[], Awaitable[T]], what: str, within: float = 30.0) -> T: ...
    @overload
    async def until(self, check: Callable[[], T], what: str, within: float = 30.0) -> T: ...
    async def until(self, check: Callable[[], Any], what: str, within: float = 30.0) -> Any:
        """The first true value of *check*; `AssertionError` with *what* after *within* seconds."""
        return await until(check, what, within * self.patience)

    async def metric(self, sample: str, **labels: str) -> float:
        """The sum of a sample of /metrics over the labels that are not given."""
        _, _, text = await self.fetch("/metrics")
        return sum(
            one.value
            for family in text_string_to_metric_families(text.decode())
            for one in family.samples
            if one.name == sample and labels.items() <= one.labels.items()
        )

    async def quiet(self) -> None:
        """Wait until a message of somebody new went through: what came before it was looked at."""
        marker = self.contact()
        await self.sim.says(marker, "marker")
        await self.shown(marker, 1)
        await asyncio.sleep(0)
