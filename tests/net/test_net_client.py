"""The client for other people's URLs: what it takes, how much, and whom it tells what."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
from contextlib import suppress

import pytest
from aiohttp import web

from gateway.media.spill import TooLarge
from gateway.net import Blocked, FetchFailed, SafeClient, client
from tests.net.conftest import Site


class Taken:
    """Takes what comes, up to a limit."""

    def __init__(self, limit: int = 1_000_000) -> None:
        self.data, self._limit = bytearray(), limit

    async def __call__(self, piece: bytes) -> None:
        self.data += piece
        if len(self.data) > self._limit:
            raise TooLarge(self._limit)


async def test_a_file_comes_with_what_is_said_of_it(client: SafeClient, site: Site) -> None:
    """Its bytes, its type, its name."""
    headers = {"Content-Disposition": 'attachment; filename="a.jpg"', "Content-Type": "image/jpeg"}
    site.answer = lambda request: web.Response(body=b"picture", headers=headers)
    taken = Taken()

    found = await client.fetch(site.origin + "/f?sig=a%2Fb%3D", taken, trusted=(site.origin,))

    assert bytes(taken.data) == b"picture"
    assert (found.mime_type, found.filename, found.origin) == ("image/jpeg", "a.jpg", site.origin)
    assert site.requests[0].raw_path == "/f?sig=a%2Fb%3D"
    assert "Cookie" not in site.requests[0].headers


async def test_secrets_go_to_the_first_place_only(client: SafeClient, site: Site, second: Site) -> None:
    """A redirect to another origin is followed without them, and so is one that leads back from there."""
    hops = iter([second.origin + "/b", site.origin + "/c"])

    def answer(request: web.Request) -> web.Response:
        hop = next(hops, "")
        return web.Response(status=307, headers={"Location": hop}) if hop else web.Response(body=b"x")

    site.answer = second.answer = answer
    trusted = (site.origin, second.origin)
    await client.fetch(
        site.origin + "/a", Taken(), headers={"Authorization": "Basic c2VjcmV0"}, trusted=trusted
    )

    assert [request.headers.get("Authorization") for request in site.requests] == ["Basic c2VjcmV0", None]
    assert [request.headers.get("Authorization") for request in second.requests] == [None]


async def test_secrets_stay_within_an_origin(client: SafeClient, site: Site) -> None:
    """A redirect to another page of the same place still needs them."""
    hops = iter(["/b"])
    site.answer = lambda request: (
        web.Response(status=302, headers={"Location": hop})
        if (hop := next(hops, ""))
        else web.Response(body=b"x")
    )
    await client.fetch(site.origin + "/a", Taken(), headers={"X-Key": "k"}, trusted=(site.origin,))

    assert [request.headers.get("X-Key") for request in site.requests] == ["k", "k"]


async def test_it_does_not_redirect_for_ever(client: SafeClient, site: Site) -> None:
    """Three times at most."""
    site.answer = lambda request: web.Response(status=302, headers={"Location": "/again"})

    with pytest.raises(FetchFailed, match="more than 3 times"):
        await client.fetch(site.origin + "/", Taken(), trusted=(site.origin,))
    assert len(site.requests) == 4


async def test_a_small_length_does_not_hide_a_large_file(client: SafeClient, site: Site) -> None:
    """What is too large ends when it is, whatever was said: here nothing was, and it would never end."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        except ConnectionError:
            pass
        return response

    site.answer = endless
    taken = Taken(500_000)
    with pytest.raises(TooLarge):
        await client.fetch(site.origin + "/", taken, trusted=(site.origin,))
    assert len(taken.data) <= 500_000 + 65_536


async def test_what_follows_a_small_length_is_not_read(client: SafeClient) -> None:
    """A megabyte behind five bytes that were announced: five bytes at most, or none of such an answer."""

    async def more(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst" + b"x" * 1_000_000)
        writer.close()

    server = await asyncio.start_server(more, "127.0.0.1", 0)
    place, taken = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", Taken()
    try:
        with suppress(FetchFailed):
            await client.fetch(place + "/", taken, trusted=(place,))
    finally:
        server.close()
        await server.wait_closed()
    assert b"first".startswith(bytes(taken.data))


async def test_a_length_that_promises_too_much_is_a_failure(client: SafeClient) -> None:
    """Half a file is not kept as a whole one."""

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(half, "127.0.0.1", 0)
    place = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        with pytest.raises(FetchFailed, match="connection failed"):
            await client.fetch(place + "/", Taken(), trusted=(place,))
    finally:
        server.close()
        await server.wait_closed()


async def test_a_compressed_body_is_refused(client: SafeClient, site: Site) -> None:
    """It was not asked for; what unpacks to gigabytes is never unpacked."""
    bomb = gzip.compress(b"\0" * 10_000_000)
    site.answer = lambda request: web.Response(body=bomb, headers={"Content-Encoding": "gzip"})
    taken = Taken()

    with pytest.raises(FetchFailed, match="compressed"):
        await client.fetch(site.origin + "/", taken, trusted=(site.origin,))
    assert not taken.data


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500, 204, 206, 304])
async def test_anything_but_a_file_is_a_failure(client: SafeClient, site: Site, status: int) -> None:
    """It carries the status, and when to come again."""
    site.answer = lambda request: web.Response(status=status, headers={"Retry-After": "7"})

    with pytest.raises(FetchFailed) as failed:
        await client.fetch(site.origin + "/", Taken(), trusted=(site.origin,))
    assert (failed.value.status, failed.value.retry_after) == (status, 7.0)


async def test_nobody_there_is_a_failure(client: SafeClient, unused_tcp_port: int) -> None:
    """Not a blocked link: it may be there later."""
    place = f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(FetchFailed, match="not reached"):
        await client.fetch(place + "/", Taken(), trusted=(place,))


async def test_a_server_that_says_nothing_is_left(
    client: SafeClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time."""
    monkeypatch.setattr("gateway.net.client.TOTAL", 0.05)

    async def silence(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return web.Response()

    site.answer = silence
    with pytest.raises(FetchFailed, match="longer than"):
        await client.fetch(site.origin + "/", Taken(), trusted=(site.origin,))


async def test_a_place_of_the_operators_need_not_be_public(site: Site, metrics: object) -> None:
    """`[media] internal` names it; another port of the same machine is none."""
    made = SafeClient(metrics, [site.origin])  # type: ignore[arg-type]  # the fixture's
    site.answer = lambda request: web.Response(body=b"x")
    try:
        await made.fetch(site.origin + "/", Taken())
        with pytest.raises(Blocked):
            await made.fetch("http://127.0.0.1:1/", Taken())
    finally:
        await made.close()


async def test_customers_links_are_https(client: SafeClient) -> None:
    """Unless the operator allows the other."""
    with pytest.raises(Blocked, match="must begin with https"):
        await client.fetch("http://example.com/a.jpg", Taken(), insecure=False)


def test_the_limits_are_those_that_are_documented() -> None:
    """docs/media.md names them."""
    assert (client.REDIRECTS, client.CONNECT, client.PIECE, client.TOTAL) == (3, 10.0, 30.0, 300.0)


async def test_names_that_are_never_answered_keep_nobody_else_waiting(
    client: SafeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever controls a name may let the look-up hang; the providers' names are looked up all the same."""
    answered, real = threading.Event(), socket.getaddrinfo

    def look_up(host: str, *more: object, **named: object) -> object:
        if host == "hangs.example.com":
            answered.wait(20)
            raise socket.gaierror("no such name")
        return real(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    posts = (client.post("https://hangs.example.com/", b"", {}, seconds=0.2, most=1) for _ in range(60))
    try:
        told = await asyncio.gather(*posts, return_exceptions=True)
        assert {type(each) for each in told} == {FetchFailed}
        async with asyncio.timeout(2):
            assert await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 443)
    finally:
        answered.set()
