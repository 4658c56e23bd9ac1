"""What a world can do from outside: requests over HTTP, events of other plugins, metrics."""

from __future__ import annotations

import asyncio
import shlex
import sys
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
from msgspec import Struct

from gateway.errors import GatewayError
from gateway.hooks.offering import event_name
from gateway.model.inside import Emitted
from gateway.operate import operate
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.wakes import inside_event
from gateway.plugin_cli import run_beside
from gateway.store.port import Tx
from gateway.testing.running import Running

if TYPE_CHECKING:
    from gateway.testing.contact import Contact

_encode = msgspec.json.Encoder().encode
#: Who says what `emit` says.
ELSEWHERE = "test"


class Reply(Struct, frozen=True):
    """The answer to a request."""

    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        """The body, decoded."""
        return msgspec.json.decode(self.text)


class Outside(Running):
    """A part of `World`."""

    _key = ""

    async def request(
        self, method: str, path: str, *, key: bool = False, follow: bool = False, **more: Any
    ) -> Reply:
        """A request to the gateway: *path* ("/p/shop/receipt") or a whole address that it gave. *key* sends
        the tenant's API key along, *follow* goes where it is sent; *more* is what aiohttp takes: ``json=``,
        ``data=``, ``headers=``, ``params=``."""
        __tracebackhide__ = True
        headers = dict(more.pop("headers", {}))
        if key:
            headers["Authorization"] = f"Bearer {await self._api_key()}"
        url = path if "://" in path else self.gateway.url + path
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, allow_redirects=follow, **more) as answer,
        ):
            text = await answer.text()
            told = Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)
        await self.settled(f"after {method} {path}")
        return told

    async def runs(self, words: str) -> int:
        """Run a command that a plugin brings to the terminal ("shop import products.csv") beside the gateway;
        its exit code. What it prints, and what it is refused with, is on stdout and stderr (``capsys``)."""
        __tracebackhide__ = True
        gateway, given = self.gateway, shlex.split(words)
        try:
            code = await asyncio.to_thread(run_beside, gateway.host, gateway.settings, self.tenant, given)
        except GatewayError as error:  # as `gateway` tells it
            print(f"gateway: {error}", file=sys.stderr)
            code = 2
        await self.settled(f"after {words}")
        return code

    async def _api_key(self) -> str:
        if not self._key:
            made = await operate(self.gateway.settings, "key.create", {"tenant": self.tenant})
            self._key = made["key"]
        return self._key

    async def emit(self, event: Struct, *, key: str = "", to: Contact | None = None) -> None:
        """Emit *event* as another plugin would: to all that listen to it, and to the flow that waits for its
        name and *key*. *to* is whose conversation it is about."""
        __tracebackhide__ = True
        line, tenant = self.gateway.line, self.tenant
        assert line is not None
        now = self.clock.now()
        said = Emitted(event_name(type(event)), ELSEWHERE, msgspec.Raw(_encode(event)), now, key)
        conversation = await self.conversation(to) if to is not None else ""

        async def work(tx: Tx) -> Effects:
            opened = await inside_event(tx, self.gateway.channels, tenant, conversation, said, now)
            listens = line.around.listens(tenant, said.name)
            effects = Effects(emitted=[opened], heard=[opened] if listens else [])
            await write_effects(tx, [effects], now)
            return effects

        line.kept(await self.gateway.store.write(work))
        await self.settled(f"after the event {said.name} was emitted")

    async def conversation(self, contact: Contact) -> str:
        """The id of *contact*'s conversation. Raises `LookupError` for who has never written."""
        scope, phone = self.gateway.store.scope(self.tenant), contact.phone
        sql = "select id from conversation where tenant = :tenant and address = :address"
        found = await scope.read(lambda tx: tx.value(sql, address=phone))
        if found is None:
            raise LookupError(f"{contact.name} has no conversation yet")
        return str(found)

    def metric(self, name: str, **labels: str) -> float:
        """The value of a metric ("gateway_plugin_runs_total"), summed over the labels that are not given."""
        return sum(
            sample.value
            for family in self.gateway.metrics.registry.collect()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )
