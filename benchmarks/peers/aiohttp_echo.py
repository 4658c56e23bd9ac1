"""The echo that keeps nothing: verify, typed decode, reply through one shared ClientSession.

Statuses come back to it as well: verified, decoded, dropped. Each reply runs as a task of its own, since
a webhook is to be answered at once; ``inline`` as third argument awaits it before the 200 instead.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sys
from collections.abc import AsyncIterator

import msgspec
import uvloop
from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web

from benchmarks.payloads import PATH, SECRET


class Text(msgspec.Struct):
    """A text's body."""

    body: str = ""


class Message(msgspec.Struct):
    """The fields of an inbound message that an echo needs."""

    id: str
    sender: str = msgspec.field(name="from", default="")
    timestamp: str = ""
    type: str = ""
    text: Text | None = None


class Status(msgspec.Struct):
    """The fields of a status that anybody would look at."""

    id: str
    status: str
    timestamp: str = ""
    recipient_id: str = ""


class Metadata(msgspec.Struct):
    """Which of our numbers it is about."""

    phone_number_id: str = ""


class Value(msgspec.Struct):
    """What a change holds."""

    metadata: Metadata
    messages: list[Message] = []
    statuses: list[Status] = []


class Change(msgspec.Struct):
    """One change."""

    field: str
    value: Value


class Entry(msgspec.Struct):
    """One account's changes."""

    id: str
    changes: list[Change]


class Webhook(msgspec.Struct):
    """The whole body."""

    entry: list[Entry]


class Echo:
    """The handler and what it holds on to."""

    def __init__(self, api_base: str, *, inline: bool) -> None:
        self._mac = hmac.new(SECRET.encode(), digestmod=hashlib.sha256)
        self._decoder = msgspec.json.Decoder(Webhook)
        self._encoder = msgspec.json.Encoder()
        self._api_base, self._inline = api_base, inline
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: ClientSession | None = None

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        """Keep one session open while the app runs; no more than 64 sends at a time."""
        async with ClientSession(
            connector=TCPConnector(limit=64),
            timeout=ClientTimeout(total=None),
            cookie_jar=DummyCookieJar(),
            headers={"Authorization": "Bearer token", "Content-Type": "application/json"},
        ) as self._session:
            yield

    async def take(self, request: web.Request) -> web.Response:
        """Verify, decode, reply to each message."""
        body = await request.read()
        mac = self._mac.copy()
        mac.update(body)
        if not hmac.compare_digest(request.headers["X-Hub-Signature-256"], "sha256=" + mac.hexdigest()):
            return web.Response(status=401)
        for entry in self._decoder.decode(body).entry:
            for change in entry.changes:
                for message in change.value.messages:
                    await self._start(change.value.metadata.phone_number_id, message)
        return web.Response()

    async def _start(self, number: str, message: Message) -> None:
        if self._inline:
            await self._reply(number, message)
            return
        task = asyncio.create_task(self._reply(number, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reply(self, number: str, message: Message) -> None:
        assert self._session is not None
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+" + message.sender,
            "type": "text",
            "text": {"body": message.text.body if message.text else "", "preview_url": False},
        }
        url = f"{self._api_base}/v23.0/{number}/messages"
        async with self._session.post(url, data=self._encoder.encode(body)) as answer:
            msgspec.json.decode(await answer.read())


def main(port: int, api_base: str, *, inline: bool) -> None:
    """Serve on *port* until killed; replies go to *api_base*."""
    echo = Echo(api_base, inline=inline)
    app = web.Application()
    app.router.add_post(PATH, echo.take)
    app.cleanup_ctx.append(echo.lifetime)
    web.run_app(
        app, host="127.0.0.1", port=port, access_log=None, print=lambda *_: None, loop=uvloop.new_event_loop()
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], inline="inline" in sys.argv[3:])
