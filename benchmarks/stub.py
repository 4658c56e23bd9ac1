"""A stand-in for the Graph API: accepts sends at once and reports what became of them."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable, Iterator
from typing import cast

from benchmarks.payloads import KEY_DIGITS, MARK, Wire

#: What became of a message, in order.
STATUSES = (b"sent", b"delivered", b"read")
#: Seconds between our answer to a send and its statuses; real ones come later still.
STATUS_DELAY = 0.05

_CORRELATION = re.compile(rb'"biz_opaque_callback_data"\s*:\s*"[^"]*"')
_ANSWER = (
    b'{"messaging_product":"whatsapp","contacts":[{"input":"+254700000000","wa_id":"254700000000"}],'
    b'"messages":[{"id":"%b"}]}'
)
_SUCCESS = b'{"success":true}'
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: %d\r\n\r\n"


class Stub:
    """Answers every POST with a message id. Give `deliver` to have statuses sent back."""

    def __init__(self) -> None:
        #: When each key's reply was accepted (`time.perf_counter`).
        self.accepted: dict[int, float] = {}
        #: Keys that were sent more than once, as often as that happened.
        self.repeated: list[int] = []
        #: What was accepted: key, message id, correlation pair.
        self.sent: list[tuple[int, bytes, bytes]] = []
        #: Called when a reply is accepted, with its key.
        self.on_accepted: Callable[[int], None] | None = None
        #: Posts a status webhook; None keeps silent.
        self.deliver: Callable[[bytes], None] | None = None
        self.wire = Wire()
        self._ids = itertools.count()
        self._server: asyncio.Server | None = None
        self._owed = 0
        self._all_reported = asyncio.Event()
        self._all_reported.set()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Answering(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    def forget(self) -> None:
        """Start counting anew."""
        self.accepted.clear()
        self.repeated.clear()
        self.sent.clear()

    def answer(self, body: bytes) -> bytes:
        """The answer to one POST; a read receipt is a success, anything marked is a send."""
        mark = body.find(MARK)
        if mark < 0:
            return _SUCCESS if b'"status"' in body else _ANSWER % self._new_id()
        key = int(body[mark + len(MARK) : mark + len(MARK) + KEY_DIGITS])
        message_id = self._new_id()
        self._note(key, message_id, body)
        return _ANSWER % message_id

    def _note(self, key: int, message_id: bytes, body: bytes) -> None:
        if key in self.accepted:
            self.repeated.append(key)
        self.accepted[key] = time.perf_counter()
        found = _CORRELATION.search(body)
        correlation = found.group() + b"," if found else b""
        self.sent.append((key, message_id, correlation))
        if self.deliver is not None:
            self._owed += 1
            self._all_reported.clear()
            asyncio.get_running_loop().call_later(STATUS_DELAY, self._report, key, message_id, correlation)
        if self.on_accepted is not None:
            self.on_accepted(key)

    def _report(self, key: int, message_id: bytes, correlation: bytes) -> None:
        if self.deliver is not None:
            for request in self.statuses(key, message_id, correlation):
                self.deliver(request)
        self._owed -= 1
        if not self._owed:
            self._all_reported.set()

    async def reported(self) -> None:
        """Return when the statuses of all that was accepted are on their way."""
        await self._all_reported.wait()

    def statuses(
        self, key: int, message_id: bytes, correlation: bytes, *, together: bool = False
    ) -> Iterator[bytes]:
        """The status webhooks of one send: one each, or all in one when they go together."""
        groups = [STATUSES] if together else [(word,) for word in STATUSES]
        for words in groups:
            yield self.wire.request(self.wire.status_body(key, message_id, words, correlation))

    def _new_id(self) -> bytes:
        return b"wamid.T1VUQkVOQ0g%09d" % next(self._ids)


class _Answering(asyncio.Protocol):
    """One connection of the server under test."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._transport: asyncio.Transport | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            _, found, rest = self._buffer[:head].lower().partition(b"content-length:")
            end = head + 4 + (int(rest.split(b"\r\n", 1)[0]) if found else 0)
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[head + 4 : end], self._buffer[end:]
            answer = self._stub.answer(body)
            assert self._transport is not None
            self._transport.write(_HEAD % len(answer) + answer)
