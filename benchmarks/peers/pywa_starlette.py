"""pywa's async client on Starlette: checks the signature, parses, calls a handler that does nothing.

Its best settings: uvicorn on uvloop and httptools, no access log, log level warning. Nothing is kept.
"""

from __future__ import annotations

import sys
from typing import Any, cast

import uvicorn
from pywa_async.client import WhatsApp
from pywa_async.handlers import MessageHandler
from pywa_async.types.message import Message
from starlette.applications import Starlette

from benchmarks.payloads import NUMBER, PATH, SECRET


async def nothing(_: object, message: Message) -> None:
    """Do nothing with *message*."""


def main(port: int) -> None:
    """Serve on *port* until killed."""
    app = Starlette()
    client = WhatsApp(
        phone_id=NUMBER,
        server=cast(Any, app),  # its types name FastAPI and Flask only, it takes Starlette too
        webhook_endpoint=PATH,
        verify_token="benchmark",
        app_secret=SECRET,
    )
    client.add_handlers(MessageHandler(nothing))
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=600,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
