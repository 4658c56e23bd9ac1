"""The load generator and the stub tell the truth about what a server answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.metadata import entry_points

import pytest
from aiohttp import ClientSession

from benchmarks.errors import BenchError
from benchmarks.load import Pool, closed_loop
from benchmarks.payloads import NUMBER, SECRET, Wire
from benchmarks.stub import Stub
from gateway.provider import WebhookRequest


class Script(asyncio.Protocol):
    """Answers the nth piece of data with what *answers* makes of it."""

    def __init__(self, answer: Callable[[bytes], list[bytes]]) -> None:
        self._answer = answer
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        for delay, piece in enumerate(self._answer(data)):
            asyncio.get_running_loop().call_later(delay / 100, self._write, piece)

    def _write(self, piece: bytes) -> None:
        assert self._transport is not None
        self._transport.write(piece) if piece else self._transport.close()


async def play(answer: Callable[[bytes], list[bytes]], count: int) -> Pool:
    """Post *count* requests over two connections to a server that follows *answer*."""
    server = await asyncio.get_running_loop().create_server(lambda: Script(answer), "127.0.0.1", 0)
    async with server:
        pool = Pool(server.sockets[0].getsockname()[1], connections=2)
        await pool.open()
        try:
            await closed_loop(pool, Wire().messages(range(count)), within=2)
        finally:
            pool.close()
    return pool


async def test_every_answer_is_counted_once_though_it_comes_in_pieces() -> None:
    """An answer that arrives in three pieces is one answer, and each has its latency."""
    pieces = [b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 5\r\n\r\nhe", b"llo"]
    pool = await play(lambda _: pieces, 6)
    assert pool.answers == {b"200": 6}
    assert len(pool.latencies) == 6
    assert min(pool.latencies) >= 0.015


async def test_a_refused_request_spoils_the_measurement() -> None:
    """Answers other than 200 raise, with their codes."""
    with pytest.raises(BenchError, match=r"'503': 4"):
        await play(lambda _: [b"HTTP/1.1 503 Busy\r\n\r\n"], 4)


async def test_a_server_that_hangs_up_spoils_the_measurement() -> None:
    """A connection that is closed instead of answered raises."""
    with pytest.raises(BenchError, match="hung up"):
        await play(lambda _: [b""], 2)


async def test_the_stub_accepts_reports_and_notices_repeats() -> None:
    """A send is accepted, its three statuses carry its id and correlation, a second send is noticed."""
    stub = Stub()
    delivered: list[bytes] = []
    stub.deliver = delivered.append
    await stub.start()
    body = b'{"to":"+254700000007","text":{"body":"turn:000000007 x"},"biz_opaque_callback_data":"p1"}'
    try:
        async with ClientSession() as session:
            for _ in range(2):
                async with session.post(
                    f"http://127.0.0.1:{stub.port}/v23.0/1/messages", data=body
                ) as answer:
                    message_id = (await answer.json())["messages"][0]["id"]
        await asyncio.wait_for(stub.reported(), 2)
    finally:
        stub.stop()
    assert list(stub.accepted) == [7]
    assert stub.repeated == [7]
    assert len(delivered) == 6
    assert all(b'"biz_opaque_callback_data":"p1"' in request for request in delivered)
    assert sum(message_id.encode() in request for request in delivered) == 3


def test_the_webhooks_are_what_our_provider_takes() -> None:
    """Meta Cloud's own code accepts the signature and reads one message of about 900 bytes."""
    (entry,) = entry_points(group="gateway.providers", name="meta_cloud")
    provider = entry.load()
    wire = Wire()
    request = wire.request(wire.message_body(12))
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.decode().lower().split(": ", 1) for line in head.split(b"\r\n")[1:])
    settings = provider.Settings(
        phone_number_id=NUMBER, access_token="t", app_secret=SECRET, verify_token="v"
    )
    asked = WebhookRequest("/webhooks/meta_cloud", "", {k: [v] for k, v in headers.items()}, body)
    assert provider.verify(asked, settings)
    (event,) = provider.parse(body).events
    assert event.content.text.startswith("turn:000000012 ")
    assert 880 <= len(body) <= 920
    assert int(headers["content-length"]) == len(body)
