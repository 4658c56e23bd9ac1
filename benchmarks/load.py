"""The load generator: keep-alive connections that post prepared bytes and barely read the answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import cast

from benchmarks.errors import BenchError

CONNECTIONS = 64


class Pool:
    """Posts what is submitted, one request at a time on each connection, the rest in a queue."""

    def __init__(self, *ports: int, connections: int = CONNECTIONS) -> None:
        """The connections are spread over *ports*."""
        self._ports, self._size = ports, connections
        self._idle: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._queue: deque[tuple[bytes, float]] = deque()
        self._unanswered = 0
        self._nothing_left = asyncio.Event()
        self._nothing_left.set()
        self.answers: Counter[bytes] = Counter()
        #: Seconds from a request's moment (due or submitted) to its answer.
        self.latencies: list[float] = []

    async def open(self) -> None:
        """Connect all."""
        await asyncio.gather(*(self._connect(n) for n in range(self._size)))

    async def _connect(self, n: int) -> None:
        loop, port = asyncio.get_running_loop(), self._ports[n % len(self._ports)]
        await loop.create_connection(lambda: _Connection(self), "127.0.0.1", port)

    def close(self) -> None:
        """Hang up."""
        for connection in list(self._all):
            connection.hang_up()

    def submit(self, request: bytes, at: float | None = None) -> None:
        """Post *request* when a connection is free. *at* is the moment when it was due."""
        self._unanswered += 1
        self._nothing_left.clear()
        moment = time.perf_counter() if at is None else at
        if self._idle:
            self._idle.pop().post(request, moment)
        else:
            self._queue.append((request, moment))

    async def answered(self, within: float) -> None:
        """Return when every request has its answer. Raises `BenchError` unless all were 200."""
        try:
            async with asyncio.timeout(within):
                await self._nothing_left.wait()
        except TimeoutError:
            raise BenchError(f"{self._unanswered} requests had no answer within {within:g} s") from None
        refused = {code.decode(): n for code, n in self.answers.items() if code != b"200"}
        if refused:
            raise BenchError(f"of {self.answers.total()} requests some were not answered 200: {refused}")

    def came(self, connection: _Connection) -> None:
        """*connection* has just connected."""
        self._all.add(connection)
        self.free(connection)

    def free(self, connection: _Connection) -> None:
        """*connection* has nothing to do."""
        if self._queue:
            connection.post(*self._queue.popleft())
        else:
            self._idle.append(connection)

    def answer(self, connection: _Connection, code: bytes, since: float) -> None:
        """An answer came on *connection* to what was posted at *since*."""
        self.answers[code] += 1
        self.latencies.append(time.perf_counter() - since)
        self.free(connection)
        self._unanswered -= 1
        if not self._unanswered:
            self._nothing_left.set()

    def lost(self, connection: _Connection, busy: bool) -> None:
        """*connection* was closed by the server; *busy* when it owed us an answer."""
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if busy:
            self.answers[b"hung up"] += 1
            self._unanswered -= 1
            if not self._unanswered:
                self._nothing_left.set()


class _Connection(asyncio.Protocol):
    """One connection: posts a request, finds the end of its answer, tells the pool."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._since = 0.0
        self._busy = False
        self._closing = False
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass
        self._pool.came(self)

    def post(self, request: bytes, moment: float) -> None:
        """Write *request*."""
        assert self._transport is not None
        self._busy, self._since = True, moment
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        head = data.find(b"\r\n\r\n")
        if head < 0 or len(data) < head + 4 + _content_length(data[:head]):
            self._buffer = data
            return
        self._buffer = b""
        self._busy = False
        self._pool.answer(self, data[9:12], self._since)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closing:
            self._pool.lost(self, self._busy)

    def hang_up(self) -> None:
        """Close without the pool's taking it for a loss."""
        self._closing = True
        if self._transport is not None:
            self._transport.abort()


def _content_length(head: bytes) -> int:
    """The length that the answer's head announces; 0 when it says none."""
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def closed_loop(pool: Pool, requests: Iterable[bytes], *, within: float) -> None:
    """Post *requests* as fast as the server answers them."""
    for request in requests:
        pool.submit(request)
    await pool.answered(within)


async def open_loop(pool: Pool, requests: Sequence[bytes], *, rate: float, within: float) -> None:
    """Post *requests* at *rate* a second, whatever the server does; lateness counts as latency."""
    start = time.perf_counter()
    for index, request in enumerate(requests):
        due = start + index / rate
        await until(due)
        pool.submit(request, due)
    await pool.answered(within)


async def until(moment: float) -> None:
    """Sleep until *moment* (`time.perf_counter`), not at all when it has passed."""
    early = moment - time.perf_counter()
    if early > 0:
        await asyncio.sleep(early)
