"""The one client for URLs that others gave us.

The address is checked when the socket is made, after every way of writing or resolving a name has come to
its end: a name that resolves to something else the second time, a number in hex, a redirect, all arrive
there. Proxies of the environment are ignored, cookies are not kept, redirects are followed by hand.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from aiohttp import hdrs
from msgspec import Struct
from yarl import URL

from gateway.errors import GatewayError
from gateway.net.address import is_public_text
from gateway.net.resolver import Resolver
from gateway.net.url import origin, visible_problem
from gateway.observe import Metrics, get_logger

log = get_logger("gateway.net")

REDIRECTS = 3
#: Seconds: until connected, between two pieces, for everything.
CONNECT, PIECE, TOTAL = 10.0, 30.0, 300.0
_MOVED = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024

Take = Callable[[bytes], Awaitable[None]]


class Blocked(GatewayError):
    """A URL led where it must not. The words name the reason, never what was found there."""


class FetchFailed(GatewayError):
    """Nothing came, or not all. *status* is the answer's, 0 when there was none; *retry_after* is seconds."""

    def __init__(self, why: str, status: int = 0, retry_after: float = 0.0) -> None:
        self.status, self.retry_after = status, retry_after
        super().__init__(why)


class Fetched(Struct, frozen=True):
    """What was said of the file that came: its type, its name, where it came from in the end."""

    mime_type: str
    filename: str
    origin: str


class Posted(Struct, frozen=True):
    """What was answered to a `SafeClient.post`: the *status*, after how many seconds to come back when it
    says so (else 0), and the first bytes of the *body*."""

    status: int
    retry_after: float
    body: bytes


class _NotPublic(OSError):
    """Raised at the moment of connecting."""


class SafeClient:
    """Fetches files. *internal* are origins of the operator's that need not be public, *connections* how
    many are open at once: whoever has more under way waits for one within the time to connect."""

    def __init__(self, metrics: Metrics, internal: Collection[str] = (), *, connections: int = 64) -> None:
        self._metrics, self._connections = metrics, connections
        self._internal = frozenset(origin(each) for each in internal)
        self._strict: aiohttp.ClientSession | None = None
        self._trusting: aiohttp.ClientSession | None = None
        self._resolvers: list[Resolver] = []

    async def close(self) -> None:
        """Close all connections."""
        for session in (self._strict, self._trusting):
            if session is not None:
                await session.close()
        self._strict = self._trusting = None
        while self._resolvers:
            await self._resolvers.pop().close()

    async def fetch(
        self, url: str, take: Take, *, headers: Mapping[str, str] | None = None,
        trusted: Collection[str] = (), insecure: bool = True,
    ) -> Fetched:  # fmt: skip
        """Fetch *url* and hand its bytes to *take*, piece by piece. *headers* go to its own origin only.
        Raises `Blocked`, `FetchFailed`, and what *take* raises."""
        known = self._internal | {origin(each) for each in trusted}
        kept, home = dict(headers or {}), origin(url)
        try:
            async with asyncio.timeout(TOTAL):
                for _ in range(REDIRECTS + 1):
                    self._look(url, known, insecure)
                    moved = await self._step(url, kept if origin(url) == home else {}, known, take)
                    if isinstance(moved, Fetched):
                        return moved
                    if origin(moved) != home:
                        kept = {}  # and they stay away when a later hop leads back
                    url = moved
        except TimeoutError:
            raise FetchFailed(f"it took longer than {TOTAL:g} s") from None
        raise FetchFailed(f"it redirects more than {REDIRECTS} times")

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int,
        insecure: bool = False,
    ) -> Posted:  # fmt: skip
        """Post *body* to *url* once, as `request`."""
        return await self.request("POST", url, body, headers, seconds=seconds, most=most, insecure=insecure)

    async def request(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, most: int,
        insecure: bool = False,
    ) -> Posted:  # fmt: skip
        """Ask *url* once. Redirects are not followed and cookies not kept. Of the answer *most* bytes are
        read, and after *seconds* no more: its status counts all the same once it was said. Raises `Blocked`
        and `FetchFailed`."""
        self._look(url, self._internal, insecure)
        answered: list[aiohttp.ClientResponse] = []
        read = bytearray()
        try:
            async with asyncio.timeout(seconds):
                await self._ask(method, url, body, headers, answered, read, most)
        except TimeoutError:
            if not answered:
                raise FetchFailed(f"no answer in {seconds:g} s") from None
        except FetchFailed:
            if not answered:
                raise
        return Posted(answered[0].status, _after(answered[0]), bytes(read))

    async def _ask(
        self, method: str, url: str, body: bytes, headers: Mapping[str, str],
        answered: list[aiohttp.ClientResponse], read: bytearray, most: int,
    ) -> None:  # fmt: skip
        session = self._session(trusting=origin(url) in self._internal)
        asked = {"Accept-Encoding": "identity", "User-Agent": "channel-gateway", **headers}
        with self._told(url):
            async with session.request(
                method, _as_written(url), data=body, headers=asked, allow_redirects=False
            ) as answer:
                answered.append(answer)
                while len(read) < most and (piece := await answer.content.read(most - len(read))):
                    read += piece

    def _look(self, url: str, trusted: Collection[str], insecure: bool) -> None:
        if problem := visible_problem(url, insecure=insecure, trusted=trusted):
            raise self._blocked(url, problem)

    def _blocked(self, url: str, why: str) -> Blocked:
        self._metrics.ssrf_blocked.inc()
        # The place only: a path or a query may hold a secret, and an answer is never told.
        log.error("ssrf_blocked", origin=origin(url)[:200], why=why)
        return Blocked(f"the link {why}")

    async def _step(
        self, url: str, headers: Mapping[str, str], trusted: Collection[str], take: Take
    ) -> Fetched | str:
        """One request: what came, or where it leads to."""
        session = self._session(trusting=origin(url) in trusted)
        asked = {"Accept-Encoding": "identity", "User-Agent": "channel-gateway", **headers}
        with self._told(url):
            async with session.get(_as_written(url), headers=asked, allow_redirects=False) as answer:
                if answer.status in _MOVED:
                    return _target(url, answer.headers.get(hdrs.LOCATION, ""))
                if answer.status != 200:
                    raise FetchFailed(f"the answer is {answer.status}", answer.status, _after(answer))
                if answer.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
                    raise FetchFailed("the file came compressed although it was not asked for so")
                async for piece in answer.content.iter_chunked(_PIECE):
                    await take(piece)
                return Fetched(answer.content_type, _filename(answer), origin(url))

    @contextmanager
    def _told(self, url: str) -> Iterator[None]:
        """What aiohttp raises, as what this client raises."""
        try:
            yield
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublic):
                raise self._blocked(url, "does not lead to a public address") from None
            raise FetchFailed(f"not reached: {type(error.os_error).__name__}") from error
        except _NotPublic:
            raise self._blocked(url, "does not lead to a public address") from None
        except aiohttp.ServerTimeoutError as error:
            raise FetchFailed("no answer within the time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchFailed(f"the connection failed: {type(error).__name__}") from error

    def _session(self, *, trusting: bool) -> aiohttp.ClientSession:
        """Connections to public addresses only, or to origins that the operator named: never mixed."""
        if trusting:
            if self._trusting is None:
                self._trusting = self._opened(None)
            return self._trusting
        if self._strict is None:
            self._strict = self._opened(_checked_socket)
        return self._strict

    def _opened(self, factory: Any) -> aiohttp.ClientSession:
        self._resolvers.append(Resolver())
        connector = aiohttp.TCPConnector(
            socket_factory=factory, use_dns_cache=False, limit=self._connections,
            keepalive_timeout=5, resolver=self._resolvers[-1],
        )  # fmt: skip
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_connect=CONNECT, sock_read=PIECE),
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )


def _checked_socket(found: Any) -> socket.socket:
    """A socket for the address that is connected to next, if that is public."""
    family, kind, protocol, _, address = found
    if family not in (socket.AF_INET, socket.AF_INET6) or not is_public_text(str(address[0])):
        raise _NotPublic("not a public address")
    return socket.socket(family=family, type=kind, proto=protocol)


def _as_written(url: str) -> URL:
    """*url* with its bytes as they came: a signature may be over them."""
    return URL(url, encoded=url.isascii())


def _target(url: str, location: str) -> str:
    if not location or any(char < " " for char in location):
        raise FetchFailed("it redirects to nowhere")
    try:
        return str(_as_written(url).join(_as_written(location)))
    except ValueError:
        raise FetchFailed("it redirects to what is no address") from None


def _after(answer: aiohttp.ClientResponse) -> float:
    """Seconds until somebody may come back: told as a number or as a date."""
    told = answer.headers.get(hdrs.RETRY_AFTER, "")
    if told.isascii() and told.isdigit() and len(told) < 7:
        return float(told)
    try:
        at = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    return max(0.0, at.timestamp() - time.time()) if at.tzinfo is not None else 0.0


def _filename(answer: aiohttp.ClientResponse) -> str:
    shown = answer.content_disposition
    return (shown.filename or "") if shown is not None else ""
