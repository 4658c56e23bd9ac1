"""What the services of tenants, channels and plugins stand on, and how a change is made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.hooks.host import Host
from gateway.pipeline.enqueue import again
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.errors import NotFound
from gateway.tenants.records import SQL, revise

T = TypeVar("T")

#: Called in the transaction of a change with the revision of what is there now; raises when the caller saw
#: another.
Seen = Callable[[int], None]


def whatever(revision: int) -> None:
    """The last writer wins."""


class Ground:
    """The store, and what is served at the moment. *put_aside* says whether a plugin is left out for a
    tenant because it keeps failing."""

    def __init__(
        self, store: Store, directory: Directory, channels: Channels, host: Host, seal: Seal, clock: Clock,
        put_aside: Callable[[str, str], bool] = lambda plugin, tenant: False,
    ) -> None:  # fmt: skip
        self.store, self.directory, self.channels, self.host = store, directory, channels, host
        self.seal, self.clock, self.put_aside = seal, clock, put_aside

    @property
    def public_url(self) -> str:
        """The address at which the internet reaches the gateway, "" when it is not known."""
        return self.directory.settings.server.public_url

    async def change(self, work: Callable[[Tx, int], Awaitable[T]]) -> T:
        """Run *work* as one transaction with the number of the change; it is in use here when this returns,
        and within a second in every other process."""

        async def unit(tx: Tx) -> T:
            return await work(tx, await revise(tx))

        done = await again(lambda: self.store.write(unit))
        await self.directory.refresh()
        return done

    def need(self, tenant: str) -> None:
        """Raise `NotFound` unless *tenant* is served."""
        if tenant not in self.directory:
            raise NotFound("tenant", tenant)


async def alive(tx: Tx, tenant: str) -> None:
    """Raise `NotFound` when *tenant* was removed since the directory last looked."""
    row = await tx.one(SQL["tenant"], tenant=tenant)
    if row is not None and row["origin"] == "database" and row["removed_at"]:
        raise NotFound("tenant", tenant)
