"""The catalogue of abuse, the rows that concern the API: what a hostile or careless client sends, and what it
is told. docs/security.md lists every row and the tests that hold it."""

from __future__ import annotations

import asyncio
import json
import re
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.house import ANA, House

TEXT = {"channel": "duka-main", "to": ANA, "message": {"type": "text", "text": "hello"}}


async def raw(house: House, request: bytes, *, patience: float = 5.0) -> tuple[int, bool, bytes]:
    """Send *request* as it stands: the first status, whether the gateway hung up, and all that came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    answer, closed = b"", False
    try:
        writer.write(request)
        async with asyncio.timeout(patience):
            while piece := await reader.read(65_536):
                answer += piece
            closed = True
    except TimeoutError:
        pass
    except ConnectionError:
        closed = True
    finally:
        writer.close()
    status = re.match(rb"HTTP/1\.[01] (\d+)", answer)
    return int(status[1]) if status else 0, closed, answer


async def signed(house: House, **more: str) -> dict[str, str]:
    """The headers of the tenant duka."""
    return {"Authorization": f"Bearer {await house.key()}", "Content-Type": "application/json", **more}


async def post(house: House, body: bytes, **more: str) -> tuple[int, str]:
    """POST *body* to the messages: the status and the code of the problem."""
    headers = await signed(house, **more)
    async with house.session.post(house.url + "/api/v1/messages", data=body, headers=headers) as answer:
        return answer.status, (await answer.json()).get("code", "")


async def alive(house: House) -> None:
    """The gateway lives, is ready, and has sent nothing."""
    async with house.session.get(house.url + "/health/ready") as answer:
        assert answer.status == 200
    assert await house.sent() == []


async def test_a10_bodies_without_an_end(house: House) -> None:
    """Too long by its length, or as it comes: 413 while it streams. A compressed one: 415. Nothing stays."""
    assert await post(house, b" " * (256 * 1024 + 1)) == (413, "too_large")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2000):
            yield b" " * 65_536

    headers = await signed(house)
    sent = house.session.post(house.url + "/api/v1/messages", data=endless(), headers=headers)
    try:
        async with sent as answer:
            assert answer.status == 413
    except (ConnectionError, OSError):
        pass  # it hung up before all was sent, which is as good
    bomb = zlib.compress(b" " * 10_000_000)
    assert await post(house, bomb, **{"Content-Encoding": "deflate"}) == (415, "encoded_body")
    await alive(house)


async def test_a10_a_length_that_lies(house: House) -> None:
    """More was promised than comes: the request ends without an effect."""
    head = f"POST /api/v1/messages HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {await house.key()}\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    writer.write(head.encode() + b"Content-Length: 5000\r\n\r\n" + json.dumps(TEXT).encode())
    await writer.drain()
    writer.close()
    await alive(house)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 200_000, 422),
        (b'{"channel": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 422),
        (b"\xef\xbb\xbf" + json.dumps(TEXT).encode(), 400),
        (b'{"channel": NaN}', 400),
        (b'{"channel": "\xff\xfe"}', 400),
        (b'{"channel": "\\ud800"}', 400),
        (b'{"channel": ' + b"9" * 50 + b"}", 422),
        (b'{"channel": 1e999}', 422),
        (b"", 400),
        (b"null", 422),
    ],
)  # fmt: skip
async def test_a11_json_that_cannot_be_meant(house: House, body: bytes, status: int) -> None:
    """Nested, not UTF-8, with marks, half characters and endless numbers: 400 or 422, never a 5xx."""
    assert (await post(house, body))[0] in (status, 400)
    await alive(house)


@pytest.mark.parametrize("place", ["channel", "to", "send_at", "dry_run"])
async def test_a12_an_object_where_a_scalar_is_due(house: House, place: str) -> None:
    """422 with a pointer to the field; no part of it gets into a statement."""
    body = json.dumps({**TEXT, place: {'x" OR 1': 1}}).encode()
    assert (await post(house, body))[0] == 422
    code, _ = await house.api("GET", params={"contact": "x' OR 1=1 --"})
    assert code == 200
    await alive(house)


@pytest.mark.parametrize(
    "written", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "image/png"]
)
async def test_a13_another_content_type(house: House, written: str) -> None:
    """What says that it is no JSON is not read: 415."""
    assert await post(house, json.dumps(TEXT).encode(), **{"Content-Type": written}) == (415, "not_json")


@pytest.mark.parametrize(
    "path",
    ["/api/v1/messages/..%2f..%2fadmin", "/api/v1//messages", "/api/v1/messages/%00",
     "/api/v1/../../etc/passwd", "/api/v1/messages/%2e%2e%2f", "/api/v1/messages/%ff", "/api/v2/messages",
     "/media/..%2f..%2fgateway.db"],
)  # fmt: skip
async def test_a13_paths_that_lead_elsewhere(house: House, path: str) -> None:
    """Traversal, doubled slashes, NUL: nothing is there."""
    request = f"GET {path} HTTP/1.1\r\nHost: gw\r\nAuthorization: Bearer {await house.key()}\r\n"
    status, _, _ = await raw(house, request.encode() + b"Connection: close\r\n\r\n")
    assert status == 403 if path.startswith("/media") else status in (400, 404)


async def test_a13_another_method(house: House) -> None:
    """405 with what the address takes."""
    async with house.session.put(house.url + "/api/v1/messages", headers=await signed(house)) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


async def test_a14_who_asks_is_not_believed(house: House) -> None:
    """Another Host, an absolute address and forwarded headers change nothing that is answered."""
    key = await house.key()
    for line, host in (("/api/v1/messages", "evil.com"), ("http://evil.com/api/v1/messages", "gw")):
        request = (
            f"GET {line} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: evil.com\r\n"
            f"X-Forwarded-For: 1.2.3.4\r\nForwarded: host=evil.com\r\n"
            f"Authorization: Bearer {key}\r\nConnection: close\r\n\r\n"
        )
        status, _, answer = await raw(house, request.encode())
        assert status == 200
        assert b"evil.com" not in answer
    status, closed, _ = await raw(house, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    assert (status, closed) == (400, True)


CHUNKED = b"Transfer-Encoding: chunked\r\n"
INNER = b"0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: gw\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 6\r\n" + CHUNKED, CHUNKED + b"Content-Length: 6\r\n", CHUNKED + CHUNKED,
        b"Content-Length: 6\r\nContent-Length: 5\r\n", b"Content-Length : 6\r\n", b"Content-Length: +6\r\n",
        b"Content-Length: 0x6\r\n", b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding: identity\r\n",
        b"X-A: one\r\n two\r\n", b"X-A: one\nContent-Length: 0\r\n", b"X-A: one\rX-B: two\r\n",
        b"X-A: a\0b\r\n", b"X A: one\r\n", b": one\r\n",
    ],
)  # fmt: skip
async def test_a15_requests_that_two_servers_read_differently(house: House, head: bytes) -> None:
    """Two lengths, two encodings, bare line feeds, folded lines: 400, hung up on, nothing behind it is read,
    nothing of it is said again."""
    request = b"POST /api/v1/messages HTTP/1.1\r\nHost: gw\r\n" + head + b"\r\n" + INNER
    status, closed, answer = await raw(house, request)
    assert (status, closed) == (400, True)
    assert answer.count(b"HTTP/1.") == 1
    assert answer.partition(b"\r\n\r\n")[2] == b""


async def test_a20_another_tenants_message(house: House) -> None:
    """404, in the path and in a filter; tests/isolation asks every route with every id."""
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    [message] = await house.sent()
    assert (await house.api("GET", f"/api/v1/messages/{message['id']}", tenant="soko"))[0] == 404
    code, listed = await house.api("GET", tenant="soko", params={"contact": message["contact"]})
    assert (code, listed["items"]) == (200, [])


async def test_a21_another_tenants_channel(house: House) -> None:
    """A key of one tenant on the number of another: 404. In the address it is no key."""
    code, told = await house.api("POST", tenant="soko", json=TEXT)
    assert (code, told["code"]) == (404, "no_such_channel")
    async with house.session.get(f"{house.url}/api/v1/messages?key={await house.key()}") as answer:
        assert answer.status in (400, 401)


@pytest.mark.parametrize(
    "more", [{"tenant": "soko"}, {"tenant_id": 7}, {"role": "owner"}, {"id": "mine"}, {"status": "read"}]
)
async def test_a22_fields_that_are_not_the_callers(house: House, more: dict[str, Any]) -> None:
    """422: a body has the fields that are documented and no other."""
    assert (await post(house, json.dumps({**TEXT, **more}).encode()))[0] == 422


@pytest.mark.parametrize(
    "query", ["limit=1000000", "limit=0", "limit=-1", "limit=1e3", "offset=5", "cursor=made-up"]
)
async def test_a40_lists_without_a_bound(house: House, query: str) -> None:
    """A limit is 200 at most, there is no offset, and a cursor is one that was given."""
    assert (await house.api("GET", f"/api/v1/messages?{query}"))[0] == 400


async def test_a41_idempotency_keys(house: House) -> None:
    """With another body 422, too long 400, and each tenant has its own."""
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    first, other = json.dumps(TEXT).encode(), json.dumps({**TEXT, "to": "+254700000009"}).encode()
    assert (await post(house, first, **{"Idempotency-Key": "one"}))[0] == 202
    assert await post(house, other, **{"Idempotency-Key": "one"}) == (422, "idempotency_key_reused")
    assert (await post(house, first, **{"Idempotency-Key": "k" * 300}))[0] == 400
    soko = json.dumps({**TEXT, "channel": "soko-main"})
    code, told = await house.api(
        "POST", tenant="soko", data=soko.encode(), headers={"Idempotency-Key": "one"}
    )
    assert (code, told["code"]) == (422, "window_closed")  # judged by itself, not by duka's


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("9999-12-31T23:59:59Z", 422), ("1970-01-01T00:00:00Z", 200), ("2026-03-29T02:30:00", 422),
        ("soon", 422),
    ],
)  # fmt: skip
async def test_a42_times_that_cannot_be_meant(house: House, at: str, status: int) -> None:
    """The far future and a time without an offset are 422; the past is now. With an offset DST has no gap."""
    template = {"type": "template", "name": "order_update", "language": "en"}
    body = {**TEXT, "message": template, "send_at": at, "dry_run": True}
    assert (await house.api("POST", json=body))[0] == status


async def test_a43_outside_the_window(house: House) -> None:
    """422 with a code, before any call to the provider."""
    assert await post(house, json.dumps(TEXT).encode()) == (422, "window_closed")
    await alive(house)


async def test_a47_headers_of_ten_megabytes(house: House) -> None:
    """Refused after 8 KB of them, and hung up on."""
    request = b"GET /api/v1/messages HTTP/1.1\r\nHost: gw\r\nX-A: " + b"a" * 10_000_000 + b"\r\n\r\n"
    status, closed, answer = await raw(house, request)
    assert (status in (0, 400, 431), closed) == (True, True)
    assert b"aaaa" not in answer


async def test_a54_nobody_in_between_keeps_an_answer(house: House) -> None:
    """What is the tenant's is `no-store`, problems too; only the description of the API may be kept."""
    for path, headers in (
        ("/messages", await signed(house)),
        ("/messages/none", await signed(house)),
        ("/messages", {}),
    ):
        async with house.session.get(f"{house.url}/api/v1{path}", headers=headers) as answer:
            assert answer.headers["Cache-Control"] == "no-store", (path, answer.status)
