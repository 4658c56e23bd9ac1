"""The HTTP server: limits on body, headers and time, and a clean end."""

from __future__ import annotations

import asyncio
import os

from aiohttp import web

from gateway.errors import SettingsError
from gateway.serving import end, port_of
from gateway.settings import Server

BACKLOG = 1024


class Listener:
    """An aiohttp application on one address. Add routes to `app` before `start`."""

    def __init__(self, settings: Server) -> None:
        self._settings = settings
        self.app = web.Application(client_max_size=settings.max_body)
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._port = settings.port

    @property
    def url(self) -> str:
        """The address that is really bound."""
        host = self._settings.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    async def start(self) -> None:
        """Bind and listen."""
        self._runner = web.AppRunner(self.app, access_log=None, handle_signals=False, shutdown_timeout=10.0)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        host, port = self._settings.host, self._settings.port
        try:
            self._server = await loop.create_server(self._connection, host, port, backlog=BACKLOG)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error)
            problem = f"cannot listen on {host} port {port}: {why}"
            remedy = "stop what listens there, or write another host or port"
            raise SettingsError("[server] port", problem, remedy) from None
        self._port = port_of(self._server)

    def _connection(self) -> Connection:
        assert self._runner is not None
        assert self._runner.server is not None
        return Connection(self._runner.server, self._settings.header_timeout)

    async def stop(self) -> None:
        """Stop accepting, let requests end, close."""
        if self._runner is None:
            return
        async with asyncio.timeout(15):
            if self._server is not None:
                await end(self._server, self._runner)
            else:  # its port was taken
                await self._runner.cleanup()


#: Bytes of a request's first line: a query of the API may be long, and is to be told what is wrong with it.
LINE = 64 * 1024


class Connection(web.RequestHandler):
    """A client. It is hung up on when the headers of a request take longer than *header_timeout*.

    The clock runs from the connection's start, and again from the first bytes of each later request, until
    the headers are complete; a connection that is kept alive between requests has no such clock. Bodies
    are taken as they came, for a signature is over compressed bytes too.
    """

    __slots__ = ("_clock", "_header_timeout")

    def __init__(self, server: web.Server, header_timeout: float) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # None turns it off; the annotation forgets it
            auto_decompress=False,
            keepalive_timeout=75.0,
            max_line_size=LINE,
        )
        self._header_timeout = header_timeout
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._start_clock()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._messages or self._current_request is not None:
            self._stop_clock()
        elif self._clock is None:
            self._start_clock()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:  # fmt: skip
        """A request that cannot be read: it is answered without a word of what it held, and hung up on."""
        answer = super().handle_error(request, status, exc, message)
        if status >= 500:
            return answer
        silent = web.Response(status=status)
        silent.force_close()
        return silent

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_clock()
        super().connection_lost(exc)

    def _start_clock(self) -> None:
        self._clock = asyncio.get_running_loop().call_later(self._header_timeout, self.force_close)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
