"""A way to a PostgreSQL that a test can make go dead: nothing comes out, and nobody is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit, urlunsplit


class Way:
    """*url* leads through it while it is `open`."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self.url = ""
        self.open = asyncio.Event()
        self.open.set()
        #: How many came.
        self.taken = 0

    async def _there(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        query = parse_qs(self._parts.query)
        host = self._parts.hostname or query["host"][0]
        port = self._parts.port or int(query.get("port", ["5432"])[0])
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes both ways, until one side is gone."""
        self.taken += 1
        there, back = await self._there()
        both = [
            asyncio.create_task(self._carry(reader, back)),
            asyncio.create_task(self._carry(there, writer)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for end in (writer, back):
                end.close()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            await self.open.wait()
            target.write(data)
            await target.drain()

    def at(self, port: int) -> None:
        """The url that leads through here."""
        user = self._parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._parts._replace(netloc=f"{user}@127.0.0.1:{port}", query=""))


@asynccontextmanager
async def way(url: str) -> AsyncIterator[Way]:
    """A way to the server of *url*."""
    made = Way(url)
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.at(server.sockets[0].getsockname()[1])
    try:
        yield made
    finally:
        made.open.set()
        server.close()
