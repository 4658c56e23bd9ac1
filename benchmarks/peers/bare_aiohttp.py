"""The limit of every aiohttp server: read the body, answer 200, do nothing."""

from __future__ import annotations

import sys

import uvloop
from aiohttp import web

from benchmarks.payloads import PATH


async def take(request: web.Request) -> web.Response:
    """Read the body and forget it."""
    await request.read()
    return web.Response()


def main(port: int) -> None:
    """Serve on *port* until killed."""
    app = web.Application()
    app.router.add_post(PATH, take)
    web.run_app(
        app, host="127.0.0.1", port=port, access_log=None, print=lambda *_: None, loop=uvloop.new_event_loop()
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
