"""The business's own people, who ask the gateway's API while its customers write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp


class Staff:
    """Asks the API at *url* through *session*, which has a key."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session

    async def ask(self, what: str, body: Mapping[str, Any]) -> str:
        """Do *what* ("POST /p/shop/orders/7/accept"); "" when it was done, else what the API says."""
        method, _, path = what.partition(" ")
        try:
            async with self._session.request(method, self._url + path, json=dict(body)) as answer:
                return "" if answer.status < 400 else f"{answer.status} {await answer.text()}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"nobody answered ({type(error).__name__})"


@asynccontextmanager
async def staff(url: str, key: str) -> AsyncIterator[Staff]:
    """Somebody with *key* for the API at *url*."""
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Staff(url, session)
