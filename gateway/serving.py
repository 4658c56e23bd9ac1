"""HTTP servers on this machine's own address, and the clean end of any."""

from __future__ import annotations

import asyncio

from aiohttp import web

#: A server that listens, and what answers there.
Served = tuple[asyncio.Server, web.AppRunner]


async def serve(app: web.Application, port: int) -> Served:
    """Serve *app* on *port* of 127.0.0.1, on any free one when it is 0. Half a second after its end is begun
    requests are cut off."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    assert runner.server is not None
    return await asyncio.get_running_loop().create_server(runner.server, "127.0.0.1", port), runner


def port_of(server: asyncio.Server) -> int:
    """The port that is really bound."""
    return int(server.sockets[0].getsockname()[1])


async def end(server: asyncio.Server, runner: web.AppRunner) -> None:
    """Stop accepting on *server*, let the requests of *runner* end, close every connection.

    A connection that asyncio has accepted needs some turns of the loop until it is one, and one whose server
    is closed before is dropped unclosed: its client is told nothing. So first nobody new is let in, then
    those who are through the door are waited for.
    """
    loop = asyncio.get_running_loop()
    for listening in server.sockets:
        loop.remove_reader(listening.fileno())
    for _ in range(3):
        await asyncio.sleep(0)
    server.close()
    await runner.cleanup()
