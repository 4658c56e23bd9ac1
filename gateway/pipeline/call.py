"""Conducts a send: makes the HTTP calls that a provider asks for, and says when a call failed.

What fails before the request left (name, connect, TLS) was not sent. What fails after it left may have
been: a timeout, a reset, a connection that closed without an answer.
"""

from __future__ import annotations

import aiohttp

from gateway.provider import Accepted, HttpAnswer, HttpRequest, ProviderError, SendSteps

ANSWER_LIMIT = 64 * 1024


async def conduct(session: aiohttp.ClientSession, steps: SendSteps) -> Accepted:
    """Run *steps* to their end. Raises `ProviderError`."""
    try:
        request = next(steps)
        while True:
            request = steps.send(await _call(session, request))
    except StopIteration as done:
        accepted: Accepted = done.value
        return accepted


async def _call(session: aiohttp.ClientSession, request: HttpRequest) -> HttpAnswer:
    try:
        async with session.request(
            request.method, request.url, headers=request.headers, data=request.body, allow_redirects=False
        ) as response:
            body = await response.content.read(ANSWER_LIMIT)
            while len(body) < ANSWER_LIMIT and not response.content.at_eof():
                body += await response.content.read(ANSWER_LIMIT - len(body))
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
