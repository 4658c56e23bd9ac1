"""One piece of work at a provider, for commands: conducted over a client of its own."""

from __future__ import annotations

from typing import TypeVar

import aiohttp

from gateway.pipeline.call import conduct
from gateway.provider import Steps

T = TypeVar("T")

#: Seconds for each call. A provider that registers a webhook calls us back before it answers.
TIMEOUT = 30.0


async def ask(steps: Steps[T], *, timeout: float = TIMEOUT) -> T:
    """Run *steps* to their end and return what they return. Raises `ProviderError`."""
    limits = aiohttp.ClientTimeout(total=timeout, connect=min(timeout, 10.0))
    async with aiohttp.ClientSession(
        timeout=limits, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        return await conduct(session, steps)
