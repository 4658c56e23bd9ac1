"""Conducts work at a provider: makes the HTTP calls that a provider asks for, and says when a call failed.

What fails before the request left (name, connect, TLS) was not sent. What fails after it left may have
been: a timeout, a reset, a connection that closed without an answer.
"""

from __future__ import annotations

import io
from typing import TypeVar

import aiohttp

from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps

T = TypeVar("T")

_LARGE = 1024 * 1024


async def conduct(session: aiohttp.ClientSession, steps: Steps[T]) -> T:
    """Run *steps* to their end. Raises `ProviderError`."""
    try:
        request = next(steps)
        while True:
            request = steps.send(await _call(session, request))
    except StopIteration as done:
        result: T = done.value
        return result


async def _call(session: aiohttp.ClientSession, request: HttpRequest) -> HttpAnswer:
    # A file would hold the loop up if it were written in one piece.
    data = request.body if len(request.body) < _LARGE else io.BytesIO(request.body)
    try:
        async with session.request(
            request.method, request.url, headers=request.headers, data=data, allow_redirects=False
        ) as response:
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


def _lost(request: HttpRequest, cause: str) -> ProviderError:
    """The answer to a request that left is lost. Only a request that sends can have sent."""
    return ProviderError("ambiguous" if request.sends else "unavailable", title=cause)
