"""The HTTP server: limits on body, headers and time, and a clean end."""

from __future__ import annotations

import asyncio

from aiohttp import web

from gateway.settings import Server


class Listener:
    """An aiohttp application on one address. Add routes to `app` before `start`."""

    def __init__(self, settings: Server) -> None:
        self._settings = settings
        self.app = web.Application(client_max_size=settings.max_body)
        self._runner: web.AppRunner | None = None
        self._port = settings.port

    @property
    def url(self) -> str:
        """The address that is really bound."""
        host = self._settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    async def start(self) -> None:
        """Bind and listen. Bodies are taken as they came: a signature is over compressed bytes too."""
        self._runner = web.AppRunner(
            self.app, access_log=None, handle_signals=False, auto_decompress=False, keepalive_timeout=75.0,
            shutdown_timeout=10.0,
        )  # fmt: skip
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop accepting, let requests end, close."""
        if self._runner is not None:
            async with asyncio.timeout(15):
                await self._runner.cleanup()
