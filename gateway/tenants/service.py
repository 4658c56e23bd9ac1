"""Tenants, channels and plugins: one service behind commands and API."""

from __future__ import annotations

from gateway.audit import Actor, note
from gateway.channels import Channel
from gateway.errors import GatewayError
from gateway.model.finding import Finding
from gateway.registry import State, states
from gateway.store.port import Tx
from gateway.tenants import connecting
from gateway.tenants.businesses import Businesses
from gateway.tenants.errors import NotFound, Refused
from gateway.tenants.ground import Ground
from gateway.tenants.numbers import Numbers
from gateway.tenants.rules import Rules
from gateway.tenants.usage import Usage


class Service:
    """*tenants*, *channels*, *plugins* and *rules* change what is configured; here is what asks
    a provider."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.tenants, self.channels, self.plugins = Businesses(ground), Numbers(ground), Usage(ground)
        self.rules = Rules(ground)

    async def test(self, tenant: str, id: str) -> list[Finding]:
        """All that can be found out about a channel, from our address, our database and its provider. Raises
        `NotFound` and `Refused`."""
        channel = self._running(tenant, id)
        if isinstance(channel, Finding):
            return [channel]
        found = [state for state in await states(self.ground.store, tenant) if state.id == id]
        state = found[0] if found else State(id, 0, "", 0)
        try:
            return await connecting.check(
                self.ground.directory.settings, channel, state, self.ground.clock.now()
            )
        except GatewayError as error:  # a provider that cannot be asked from here
            raise Refused(str(error)) from error

    async def register(self, actor: Actor, tenant: str, id: str) -> tuple[str, str, tuple[str, ...]]:
        """Have the provider send the channel's webhooks here: the address, a warning when nothing answers
        there, and a sentence for each thing that was done. Raises `NotFound` and `Refused`."""
        channel = self._running(tenant, id)
        if isinstance(channel, Finding):
            raise Refused(f"channel {id!r} cannot work: {channel.detail}")
        warning = ""
        try:
            url = connecting.callback(self.ground.directory.settings, channel)
            problem = await connecting.knock(channel, url)
            warning = f"{url}: {problem}; the provider's handshake will fail" if problem else ""
            done = await connecting.register(channel, url)
        except GatewayError as error:
            raise Refused(
                f"{error} (before that, from here: {warning})" if warning else str(error)
            ) from error
        now = self.ground.clock.now()

        async def work(tx: Tx) -> None:
            await note(tx, actor, tenant, "channel.register", f"channel:{id}", now, callback=url)

        await self.ground.store.scope(tenant).write(work)
        return url, warning, done

    def _running(self, tenant: str, id: str) -> Channel | Finding:
        """The channel, or why it does not run."""
        error = self.ground.channels.refused.get((tenant, id))
        if error is not None:
            return Finding("settings", False, f"{error.where}: {error.problem}", error.remedy)
        channel = self.ground.channels.get(tenant, id)
        if channel is None:
            raise NotFound("channel", id)
        return channel
