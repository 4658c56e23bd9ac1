"""The log of events as a stream of server-sent events, and who waits for news of it.

A stream holds no place in the database: it reads a page behind the last number it has sent, and waits. What
it misses while its client is away is read when the client comes back, by the number.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from gateway.api.problems import Problem
from gateway.api.route import Ask
from gateway.errors import SerializationFailure, StoreError
from gateway.feed.read import Gone
from gateway.feed.shown import EventShown
from gateway.observe import get_logger
from gateway.tasks import stirred

log = get_logger("gateway.stream")

#: Streams and waiting requests of one key, of one tenant, and of all.
PER_KEY, PER_TENANT, MOST = 10, 200, 1000
#: Seconds: between two signs of life, until a client has to take what is written, and between two looks
#: whether its key is still good.
BEAT, PATIENCE, RECHECK = 15.0, 10.0, 30.0
#: Seconds between two looks whether a client is still there.
LOOK = 2.0
#: Milliseconds after which a client comes back.
RETRY = 2000

_encode = msgspec.json.Encoder().encode


class Seen(Struct, frozen=True):
    """A reading: what was found, up to which number was looked, and the newest number there is."""

    items: Sequence[EventShown]
    last: int
    head: int


#: Reads behind a number. Raises `Gone`.
Read = Callable[[int], Awaitable[Seen]]
#: Whether a request that was let in still may be here.
Allowed = Callable[[Ask[Any, Any]], Awaitable[bool]]


class Streams:
    """Everybody who follows the log at this moment. Give `told` to the sequencer, and `close` to the end."""

    def __init__(self, allowed: Allowed, *, beat: float = BEAT, patience: float = PATIENCE,
        recheck: float = RECHECK, per_key: int = PER_KEY, per_tenant: int = PER_TENANT, most: int = MOST,
    ) -> None:  # fmt: skip
        self._allowed, self._beat, self._patience, self._recheck = allowed, beat, patience, recheck
        self._per_key, self._per_tenant, self._most = per_key, per_tenant, most
        self._places: Counter[str] = Counter()
        self._followers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._closing = False

    def __len__(self) -> int:
        return self._places.total()

    def followed(self) -> Collection[str]:
        """The tenants whose log somebody follows here."""
        return self._followers.keys()

    def told(self, heads: Mapping[str, int]) -> None:
        """Tenants have news."""
        for tenant in heads:
            for stir in self._followers.get(tenant, ()):
                stir.set()

    async def close(self, app: web.Application | None = None) -> None:
        """The gateway stops: every stream ends between two events."""
        self._closing = True
        for followers in self._followers.values():
            for stir in followers:
                stir.set()

    async def wait(self, ask: Ask[Any, Any], after: int, seconds: float, read: Read) -> Seen:
        """The first news behind *after* within *seconds*, or none."""
        until = asyncio.get_running_loop().time() + seconds
        with self._place(ask) as stir:
            while True:
                stir.clear()
                seen = await read(after)
                left = until - asyncio.get_running_loop().time()
                if seen.items or left <= 0 or self._over(ask):
                    return seen
                after = seen.last
                if after >= seen.head:
                    await self._rest(ask, stir, left)

    async def serve(self, ask: Ask[Any, Any], after: int, read: Read) -> web.StreamResponse:
        """Stream what is behind *after* until the client goes, its key ends, or the gateway stops."""
        with self._place(ask) as stir:
            first = await read(after)  # what is wrong is an answer, as long as nothing is sent
            response = web.StreamResponse(
                headers={
                    "Content-Type": "text/event-stream; charset=utf-8",
                    "Cache-Control": "no-store",
                    "X-Accel-Buffering": "no",
                }
            )
            await response.prepare(ask.request)
            try:
                await self._follow(ask, response, stir, first, read)
            except TimeoutError:
                log.info("stream.too_slow", tenant=ask.tenant, key=ask.caller.key)
                if ask.request.transport is not None:
                    ask.request.transport.abort()
            except (ConnectionError, Gone, StoreError, SerializationFailure):
                pass  # it ends here; the client comes back with the last number it has
            return response

    async def _follow(
        self, ask: Ask[Any, Any], response: web.StreamResponse, stir: asyncio.Event, seen: Seen, read: Read
    ) -> None:
        now = asyncio.get_running_loop().time
        checked, sent = now(), seen.items[0].seq - 1 if seen.items else seen.last
        await self._write(response, f"retry: {RETRY}\n\n".encode())
        while True:
            if seen.items:
                await self._write(response, b"".join(frame(each) for each in seen.items))
                sent = seen.items[-1].seq
            if seen.last >= seen.head and not await self._rest(ask, stir, min(self._beat, self._recheck)):
                # A filter may have passed over much since the last event: its client need not again.
                beat = b": here\n\n" if sent == seen.last else b"id: %d\n\n" % seen.last
                await self._write(response, beat)
                sent = seen.last
            if self._over(ask):
                return
            if now() - checked >= self._recheck:
                if not await self._allowed(ask):
                    return
                checked = now()
            stir.clear()
            seen = await read(seen.last)

    async def _rest(self, ask: Ask[Any, Any], stir: asyncio.Event, seconds: float) -> bool:
        """Wait for *stir*, or until the client is gone, which nobody tells; False when that took too long."""
        now = asyncio.get_running_loop().time
        until = now() + seconds
        while not (stir.is_set() or self._over(ask)):
            if (left := until - now()) <= 0:
                return False
            await stirred(stir, min(left, LOOK))
        return True

    async def _write(self, response: web.StreamResponse, data: bytes) -> None:
        async with asyncio.timeout(self._patience):
            await response.write(data)

    def _over(self, ask: Ask[Any, Any]) -> bool:
        transport = ask.request.transport
        return self._closing or transport is None or transport.is_closing()

    @contextmanager
    def _place(self, ask: Ask[Any, Any]) -> Iterator[asyncio.Event]:
        """A place among the followers of the caller's tenant; its event is set when there are news."""
        key, tenant = ask.caller.key, ask.tenant
        if self._places[key] >= self._per_key:
            raise _too_many("a key", self._per_key)
        if len(self._followers.get(tenant, ())) >= self._per_tenant:
            raise _too_many("a business", self._per_tenant)
        if self._closing or len(self) >= self._most:
            raise Problem(503, "no_stream_free", "no stream is free; try again", headers={"Retry-After": "5"})
        stir = asyncio.Event()
        self._places[key] += 1
        self._followers[tenant].add(stir)
        try:
            yield stir
        finally:
            self._places[key] -= 1
            if not self._places[key]:
                del self._places[key]
            self._followers[tenant].discard(stir)
            if not self._followers[tenant]:
                del self._followers[tenant]


def _too_many(who: str, times: int) -> Problem:
    return Problem(
        429, "too_many_streams", f"{who} follows the log {times} times at once, at most",
        headers={"Retry-After": "15"},
    )  # fmt: skip


def frame(event: EventShown) -> bytes:
    """One event of a stream. JSON holds no line break."""
    kind = str(event.__struct_config__.tag)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, kind.encode(), _encode(event))
