"""A second gateway on a house's database, in the same test process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec.structs import replace

from gateway.app import Gateway
from tests.support.house import House, until


@asynccontextmanager
async def beside(house: House) -> AsyncIterator[Gateway]:
    """Another process of *house*, with a spool of its own, that has got its share of the numbers' shards."""
    settings = house.write()
    server = replace(settings.server, port=0, spool=settings.server.spool.with_name("spool-2"))
    second = Gateway(replace(settings, server=server), strict=True)
    await second.start()
    try:
        await until(lambda: len(second.cluster.mine) >= 16, "it owns some", within=60)
        yield second
    finally:
        await second.stop()
