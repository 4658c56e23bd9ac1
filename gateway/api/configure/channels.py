"""`/api/v1/channels` and `/api/v1/providers`: the numbers of a business, and where they may be."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.api.configure.configuring import Removed, refusals, seen, tagged
from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.route import Answer, Ask, Page, Route
from gateway.model.finding import Finding
from gateway.tenants.forms import ChannelChange, NewChannel
from gateway.tenants.service import Service
from gateway.tenants.shown import ChannelShown

WORDS = {"/id": "write 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"}


class Tested(Struct, frozen=True):
    """What was found out about a channel; *ok* when nothing is wrong."""

    ok: bool
    findings: list[Finding]


class Registered(Struct, frozen=True):
    """The provider sends its webhooks to *webhook_url* from now on. *done* is a sentence for each thing that
    was done, *warning* says that nothing answered at the address."""

    webhook_url: str
    warning: str
    done: list[str]


class ProviderShown(Struct, frozen=True):
    """A provider. *schema* is the JSON Schema of a channel's settings; those in *secret_fields* are kept
    encrypted and never shown."""

    name: str
    schema: dict[str, Any]
    secret_fields: list[str]


class ProviderList(Struct, frozen=True):
    """Every provider that is installed, by name."""

    items: list[ProviderShown]


class Channels:
    """The routes."""

    def __init__(self, service: Service, cursors: Cursors) -> None:
        self._service, self._channels, self._cursors = service, service.channels, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            *self._configured(),
            Route(
                method="POST", path="/channels/{id}/pause", handler=self.pause, scope="channels:write",
                noun="channel", summary="Pause a channel's sending", answer=ChannelShown, problems=(409,),
            ),
            Route(
                method="POST", path="/channels/{id}/resume", handler=self.resume, scope="channels:write",
                noun="channel", summary="Let a channel send again", answer=ChannelShown, problems=(409,),
            ),
            Route(
                method="POST", path="/channels/{id}/test", handler=self.test, scope="channels:read",
                noun="channel", summary="Find out how a channel is", answer=Tested, problems=(409,),
            ),
            Route(
                method="POST", path="/channels/{id}/register", handler=self.register, scope="channels:write",
                noun="channel", summary="Have the provider send its webhooks here", answer=Registered,
                problems=(409,),
            ),
        ]  # fmt: skip

    def _configured(self) -> list[Route]:
        return [
            Route(
                method="GET", path="/channels", handler=self.list, scope="channels:read",
                summary="List channels", query=Paging, answer=Page[ChannelShown],
            ),
            Route(
                method="POST", path="/channels", handler=self.create, scope="channels:write",
                summary="Connect a number", body=NewChannel, answer=ChannelShown, status=201, etag=True,
                problems=(409, 422), words=WORDS,
            ),
            Route(
                method="GET", path="/channels/{id}", handler=self.one, scope="channels:read", noun="channel",
                summary="Look at a channel", answer=ChannelShown, etag=True,
            ),
            Route(
                method="PATCH", path="/channels/{id}", handler=self.change, scope="channels:write",
                noun="channel", summary="Change a channel", body=ChannelChange, answer=ChannelShown,
                etag=True, problems=(409, 412, 422),
            ),
            Route(
                method="DELETE", path="/channels/{id}", handler=self.remove, scope="channels:write",
                noun="channel", summary="Remove a channel", answer=Removed, problems=(409, 412),
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, Paging]) -> Page[ChannelShown]:
        """The tenant's channels, by id, with how each is."""
        limit = ask.query.limit
        after = str((self._cursors.open(ask.query.cursor, ask.tenant, "channels") or [""])[0])
        with refusals():
            found = [each for each in await self._channels.list(ask.tenant) if each.id > after]
        more = len(found) > limit
        cursor = self._cursors.seal(ask.tenant, "channels", found[limit - 1].id) if more else None
        return Page(found[:limit], cursor)

    async def create(self, ask: Ask[NewChannel, None]) -> Answer:
        """Connect one number more: it works at once. Its settings are those of `GET /providers`, each as a
        plain value; secrets are kept encrypted and never shown again."""
        with refusals():
            return tagged(await self._channels.create(ask.actor, ask.tenant, ask.body), 201)

    async def one(self, ask: Ask[None, None]) -> Answer:
        """One channel."""
        with refusals():
            return tagged(await self._channels.get(ask.tenant, ask.path["id"]))

    async def change(self, ask: Ask[ChannelChange, None]) -> Answer:
        """Change what is given. Settings are merged: null takes one away, a list of secrets rotates them."""
        id = ask.path["id"]
        with refusals():
            known = await self._channels.change(ask.actor, ask.tenant, id, ask.body, seen(ask.if_match, id))
            return tagged(known)

    async def remove(self, ask: Ask[None, None]) -> Removed:
        """End a channel: its secrets are destroyed, then what waits to be sent through it is cancelled."""
        id = ask.path["id"]
        with refusals():
            done = await self._channels.remove(ask.actor, ask.tenant, id, seen(ask.if_match, id))
            return Removed(id, done)

    async def pause(self, ask: Ask[None, None]) -> ChannelShown:
        """Hold what is to be sent; what arrives is taken as ever. Also for channels of gateway.toml."""
        with refusals():
            return (await self._channels.hold(ask.actor, ask.tenant, ask.path["id"], held=True)).shown

    async def resume(self, ask: Ask[None, None]) -> ChannelShown:
        """Send again, what was held first."""
        with refusals():
            return (await self._channels.hold(ask.actor, ask.tenant, ask.path["id"], held=False)).shown

    async def test(self, ask: Ask[None, None]) -> Tested:
        """Ask our own address, our database and the provider how the channel is."""
        with refusals():
            found = await self._service.test(ask.tenant, ask.path["id"])
        return Tested(all(each.ok for each in found), found)

    async def register(self, ask: Ask[None, None]) -> Registered:
        """Have the provider send the channel's webhooks to this gateway. 409 `not_registered` when it, or our
        own address, does not allow it."""
        with refusals():
            url, warning, done = await self._service.register(ask.actor, ask.tenant, ask.path["id"])
        return Registered(url, warning, list(done))


class Providers:
    """The route that says what a channel of each provider is configured with."""

    def __init__(self, service: Service) -> None:
        self._installed = service.ground.channels.providers

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/providers", handler=self.list, scope="channels:read",
                summary="List providers and the settings of their channels", answer=ProviderList,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, None]) -> ProviderList:
        """Where a channel may be, and what each provider wants to be told."""
        return ProviderList(
            [
                ProviderShown(name, msgspec.json.schema(each.Settings), sorted(each.secret_fields))
                for name, each in sorted(self._installed.items())
            ]
        )
