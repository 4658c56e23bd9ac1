"""Conducts work at a provider: makes the HTTP calls that a provider asks for, and says when a call failed.

What fails before the request left (name, connect, TLS) was not sent. What fails after it left may have
been: a timeout, a reset, a connection that closed without an answer.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import aiohttp

from gateway.provider import (
    Ask,
    CallbackUrl,
    HttpAnswer,
    HttpRequest,
    MediaLink,
    Note,
    ProviderError,
    Recall,
    Steps,
    StoredFile,
    StoredMedia,
)

T = TypeVar("T")

_LARGE = 1024 * 1024
#: Bytes a second for which an upload is given time.
_SLOWEST = 64 * 1024


class Bench(Protocol):
    """What work at a provider may use beside HTTP, for one channel. Raises `ProviderError` ("media") for a
    file that is not there, and for a link that nobody could follow."""

    async def recall(self, key: str) -> str: ...

    async def note(self, key: str, value: str, seconds: float) -> None: ...

    async def file(self, id: str, kind: str) -> StoredFile: ...

    def content(self, id: str) -> AsyncIterator[bytes]: ...

    async def link(self, id: str, kind: str, seconds: float) -> str: ...

    def callback(self) -> str: ...


#: Whether what sends may still be written, asked just before the first byte.
May = Callable[[], bool]


class Withheld(Exception):
    """The number is another process's by now: not a byte was written."""


class CarefulRequest(aiohttp.ClientRequest):
    """A request that asks once more when it has its connection: to get one may take seconds."""

    may: May | None = None

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """Write the request. Raises `Withheld`."""
        if self.may is not None and not self.may():
            raise Withheld
        return await super().send(conn)


async def conduct(
    session: aiohttp.ClientSession, steps: Steps[T], bench: Bench | None = None, may: May | None = None
) -> T:
    """Run *steps* to their end. What an ask fails with is raised within them first: they may know what to do.
    Raises `ProviderError`; `Withheld` when what sends *may* not be written any more."""
    try:
        ask = next(steps)
        while True:
            try:
                answer = await _answer(session, ask, bench, may)
            except ProviderError as error:
                ask = steps.throw(error)
            else:
                ask = steps.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result


async def _answer(session: aiohttp.ClientSession, ask: Ask, bench: Bench | None, may: May | None) -> Any:
    """What *ask* is answered with. Without a bench nothing is remembered, and there are no files."""
    match ask:
        case HttpRequest():
            return await _call(session, ask, bench, may if ask.sends else None)
        case Recall(key):
            return await bench.recall(key) if bench else ""
        case Note(key, value, seconds):
            return await bench.note(key, value, seconds) if bench else None
        case CallbackUrl():
            return bench.callback() if bench else ""
    if bench is None:
        raise ProviderError("media", title="files that the gateway keeps cannot be reached from here")
    if isinstance(ask, StoredMedia):
        return await bench.file(ask.id, ask.kind)
    assert isinstance(ask, MediaLink)
    link = await bench.link(ask.id, ask.kind, ask.seconds)
    return f"{link}/{quote(ask.name, safe='')}" if ask.name else link


async def _pieces(request: HttpRequest, bench: Bench) -> AsyncIterator[bytes]:
    """An upload: what stands before the file, the file, what stands behind it."""
    yield request.body
    async for piece in bench.content(request.stored):
        yield piece
    yield request.after


def _longer(limits: aiohttp.ClientTimeout, size: int) -> aiohttp.ClientTimeout:
    """*limits* with time to send *size* bytes: what an answer may take says nothing of that."""
    if not limits.total:
        return limits
    total = limits.total + size / _SLOWEST
    return aiohttp.ClientTimeout(total, connect=limits.connect, sock_connect=limits.sock_connect)


async def _call(
    session: aiohttp.ClientSession, request: HttpRequest, bench: Bench | None, may: May | None
) -> HttpAnswer:
    data: Any
    headers, limits = request.headers, session.timeout
    more: Any = {"middlewares": (_asking(may),)} if may is not None else {}
    if request.stored:
        if bench is None:
            raise ProviderError("media", title="files that the gateway keeps cannot be reached from here")
        size = len(request.body) + (await bench.file(request.stored, "")).size + len(request.after)
        headers, data = headers | {"Content-Length": str(size)}, _pieces(request, bench)
        limits = _longer(limits, size)
    else:
        # A large body would hold the loop up if it were written in one piece.
        data = request.body if len(request.body) < _LARGE else io.BytesIO(request.body)
    try:
        async with session.request(
            request.method, request.url, headers=headers, data=data, allow_redirects=False, timeout=limits,
            **more,
        ) as response:  # fmt: skip
            body = await response.content.read(request.limit)
            while len(body) < request.limit and not response.content.at_eof():
                body += await response.content.read(request.limit - len(body))
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(response.status, headers, body)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise ProviderError("unavailable", title=f"not reached: {type(error).__name__}") from error
    except TimeoutError as error:
        raise _lost(request, "timeout") from error
    except (aiohttp.ClientError, OSError) as error:
        raise _lost(request, "reset") from error


def _asking(may: May) -> Any:
    """A middleware that hands *may* on to the request."""

    async def ask(request: aiohttp.ClientRequest, handler: Any) -> aiohttp.ClientResponse:
        if isinstance(request, CarefulRequest):
            request.may = may
        answer: aiohttp.ClientResponse = await handler(request)
        return answer

    return ask


def _lost(request: HttpRequest, cause: str) -> ProviderError:
    """The answer to a request that left is lost. Only a request that sends can have sent."""
    return ProviderError("ambiguous" if request.sends else "unavailable", title=cause)
