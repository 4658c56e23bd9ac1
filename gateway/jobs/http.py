"""`job.http`: requests to other servers, through the one client that looks where it connects to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from gateway.net import SafeClient

#: Bytes of an answer that are read.
MOST = 4 * 1024 * 1024

_encode = msgspec.json.Encoder().encode


class Reply(Struct, frozen=True):
    """What a server answered: any *status*, the first 4 MB of its *body*, and after how many seconds to come
    back when it says so, else 0."""

    status: int
    body: bytes
    retry_after: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the status is of success."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self, shape: Any = Any) -> Any:
        """The body as JSON, as a *shape* when one is given. Raises `ValueError`."""
        return msgspec.json.decode(self.body, type=shape)


class JobHttp:
    """Requests of one process's jobs. Addresses that are not public are refused (`Blocked`), unless
    `[jobs] internal` names their origin. Redirects are not followed, cookies are not kept."""

    def __init__(self, client: SafeClient) -> None:
        self._client = client

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 15.0
    ) -> Reply:
        """Ask for *url*."""
        return await self.request("GET", url, headers=headers, timeout=timeout)

    async def post(
        self, url: str, *, json: Any = None, body: bytes = b"", headers: Mapping[str, str] | None = None,
        timeout: float = 15.0,
    ) -> Reply:  # fmt: skip
        """Post *json*, or *body* as it stands, to *url*."""
        return await self.request("POST", url, json=json, body=body, headers=headers, timeout=timeout)

    async def request(
        self, method: str, url: str, *, json: Any = None, body: bytes = b"",
        headers: Mapping[str, str] | None = None, timeout: float = 15.0,
    ) -> Reply:  # fmt: skip
        """Ask *url* once. An answer of any status is returned; none within *timeout* seconds raises
        `FetchFailed`, an address that is not public `Blocked`."""
        sent = dict(headers or {})
        if json is not None:
            body = _encode(json)
            sent = {"Content-Type": "application/json", **sent}
        answer = await self._client.request(
            method, url, body, sent, seconds=timeout, most=MOST, insecure=True
        )
        return Reply(answer.status, answer.body, answer.retry_after)
