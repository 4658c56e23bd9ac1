"""What may come in: who is believed, and what everybody else is told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time

import pytest

from gateway.errors import SettingsError
from tests.support.house import ANA, BEN, House, change, sign, text_message, until, webhook

NUMBER = "/webhooks/meta_cloud/duka-main"
APP = "/webhooks/meta_cloud"


async def stored(house: House) -> int:
    """How many webhooks the journal holds."""
    return int((await house.rows("select count(*) from journal"))[0][0])


@pytest.mark.parametrize("path", [NUMBER, APP])
async def test_the_handshake(house: House, path: str) -> None:
    """Meta's check is answered with its challenge, and with 403 when it does not know the token."""
    sim = house.line()
    await house.start()
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": sim.verify_token}
    async with house.session.get(house.url + path, params=query) as answer:
        assert (answer.status, await answer.text()) == (200, "1158201444")
        assert answer.content_type == "text/plain"
    for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}):
        async with house.session.get(house.url + path, params={**query, **wrong}) as answer:
            assert answer.status == 403
    async with house.session.get(house.url + path) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    "path", ["/webhooks/nobody", "/webhooks/meta_cloud/other", "/webhooks/nobody/duka-main"]
)
async def test_addresses_that_do_not_exist(house: House, path: str) -> None:
    """A provider or channel that is not there is a 404, for GET and POST."""
    house.line()
    await house.start()
    assert (await house.post(b"{}", path=path)).status == 404
    async with house.session.get(house.url + path) as answer:
        assert answer.status == 404
    assert await stored(house) == 0


@pytest.mark.parametrize("path", [NUMBER, APP])
async def test_who_did_not_sign_is_refused_and_nothing_is_kept(any_house: House, path: str) -> None:
    """No signature, a wrong one, another scheme, upper case: 401, and the journal stays empty."""
    house = any_house
    sim = house.line()
    await house.start()
    body = webhook(change(sim, text_message(ANA, "hello", "wamid.forged")))
    good = sign(sim.app_secret, body)
    sha1 = "sha1=" + hmac.new(sim.app_secret.encode(), body, hashlib.sha1).hexdigest()
    bad: list[dict[str, str]] = [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": sign("guess", body)},
        {"X-Hub-Signature-256": sign("", body)},
        {"X-Hub-Signature-256": sign(sim.app_secret, body + b" ")},
        {"X-Hub-Signature": sha1},
        {"X-Hub-Signature-256": sha1},
        {"X-Hub-Signature-256": good.upper()},
        {"X-Hub-Signature-256": "sha256=" + good[7:].upper()},
        {"X-Hub-Signature-256": good[:-1]},
        {"X-Hub-Signature-256": "sha256=ü" + good[8:]},
    ]
    for headers in bad:
        assert (await house.post(body, headers, path=path)).status == 401, headers
    twice = [("X-Hub-Signature-256", good), ("X-Hub-Signature-256", good)]
    async with house.session.post(house.url + path, data=body, headers=twice) as answer:
        assert answer.status == 401
    assert await stored(house) == 0
    assert await house.metric("gateway_auth_failures_total", surface="webhook") == len(bad) + 1
    assert (await house.post(body, path=path)).status == 200
    assert await stored(house) == 1
    await sim.wait_for(ANA, 1)


async def test_an_empty_app_secret_does_not_start(house: House) -> None:
    """A secret that anybody could sign with is refused when the gateway starts."""
    house.line()
    house.lines["duka"].settings = {"app_secret": ""}
    with pytest.raises(SettingsError, match="app_secret is empty"):
        await house.start()


async def test_rotated_secrets(house: House) -> None:
    """While a secret is rotated, webhooks signed with the old one and with the new one are taken."""
    sim = house.line()
    house.lines["duka"].settings = {"app_secret": ["the-new-secret", sim.app_secret]}
    await house.start()
    await sim.says(ANA, "signed with the old one")
    sim.app_secret = "the-new-secret"
    await sim.says(ANA, "signed with the new one")
    assert len(await sim.wait_for(ANA, 2)) == 2


async def test_one_address_for_all_numbers_of_an_app(house: House) -> None:
    """The app-wide address finds the channel by its number; another app's secret opens nothing of it."""
    duka, soko = house.line("duka"), house.line("soko")
    await house.start()
    body = webhook(change(soko, text_message(BEN, "hello soko", "wamid.1")))
    assert (await house.post(body, path=APP, tenant="soko")).status == 200
    await soko.wait_for(BEN, 1)
    forged = webhook(change(soko, text_message(BEN, "hello forger", "wamid.2")))
    assert (await house.post(forged, path=APP, tenant="duka")).status == 401
    both = webhook(
        change(duka, text_message(ANA, "for duka", "wamid.3")),
        change(soko, text_message(BEN, "x", "wamid.4")),
    )
    assert (await house.post(both, path=APP, tenant="duka")).status == 200
    await duka.wait_for(ANA, 1)
    await until(lambda: house.metric("gateway_events_total", result="foreign"), "soko's part is kept aside")
    assert len(soko.inbox(BEN)) == 1


async def test_over_three_megabytes(house: House) -> None:
    """More than 3 MB is refused: at once by its length, and while it streams when it has none."""
    sim = house.line()
    await house.start()
    limit = 3 * 1024 * 1024
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {NUMBER} HTTP/1.1\r\nHost: gw\r\nContent-Length: {limit + 1}\r\n\r\n".encode())
    assert (await asyncio.wait_for(reader.readline(), 2)).startswith(b"HTTP/1.1 413")
    writer.close()
    sent = 0

    async def endless():  # type: ignore[no-untyped-def]
        nonlocal sent
        while True:
            sent += 65536
            yield b"y" * 65536

    begun = time.monotonic()
    try:
        async with house.session.post(house.url + NUMBER, data=endless()) as answer:
            assert answer.status == 413
    except OSError:
        pass  # it hung up on what we were still sending, which is as good
    assert time.monotonic() - begun < 60
    assert sent < 60 * 1024 * 1024
    assert await stored(house) == 0
    assert await house.metric("gateway_webhook_requests_total", result="too_large") == 2
    body = webhook(change(sim, text_message(ANA, "hello", "wamid.fits")))
    exact = body[:-1] + b" " * (limit - len(body)) + b"}"
    assert len(exact) == limit
    assert (await house.post(exact)).status == 200
    await sim.wait_for(ANA, 1)


async def test_a_body_that_trickles(house: House) -> None:
    """A body that comes a byte at a time is ended by the body's time limit, and harms nobody."""
    sim = house.line()
    house.server["body_timeout"] = "300ms"
    await house.start()
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {NUMBER} HTTP/1.1\r\nHost: gw\r\nContent-Length: 1000\r\n\r\n".encode())
    begun = time.monotonic()
    answered = asyncio.create_task(reader.readline())
    while not answered.done() and time.monotonic() - begun < 3:
        writer.write(b"{")
        await asyncio.sleep(0.05)
    assert (await answered).startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < 2.8
    writer.close()
    await sim.says(ANA, "meanwhile")
    await sim.wait_for(ANA, 1)


async def test_headers_that_trickle(house: House) -> None:
    """A client that never ends its headers is hung up on; one that only keeps its connection is not."""
    house.line()
    house.server["header_timeout"] = "400ms"
    await house.start()
    host, port = house.url.removeprefix("http://").split(":")
    slow, slow_writer = await asyncio.open_connection(host, int(port))
    idle, idle_writer = await asyncio.open_connection(host, int(port))
    alive = b"GET /health/live HTTP/1.1\r\nHost: gw\r\n\r\n"
    idle_writer.write(alive)
    assert (await idle.readline()).startswith(b"HTTP/1.1 200")
    begun = time.monotonic()
    hung_up = asyncio.create_task(slow.read())
    slow_writer.write(f"POST {NUMBER} HTTP/1.1\r\n".encode())
    while not hung_up.done() and time.monotonic() - begun < 4:
        slow_writer.write(b"X-A: b\r\n")
        await asyncio.sleep(0.05)
    assert hung_up.done(), "the slow client is still connected"
    assert time.monotonic() - begun < 3.8
    idle_writer.write(alive)
    rest = await asyncio.wait_for(idle.readuntil(b"HTTP/1.1 200"), 2)
    assert rest
    second = asyncio.create_task(idle.read())
    begun = time.monotonic()
    idle_writer.write(b"GET /health/live HTTP/1.1\r\n")  # a later request on the same connection
    while not second.done() and time.monotonic() - begun < 4:
        idle_writer.write(b"X-A: b\r\n")
        await asyncio.sleep(0.05)
    assert second.done(), "the second slow request is still connected"
    for writer in (slow_writer, idle_writer):
        writer.close()


async def test_huge_headers(house: House) -> None:
    """A header of 100 kB is refused."""
    house.line()
    await house.start()
    answer = await house.post(b"{}", {"X-Huge": "x" * 100_000})
    assert answer.status in (400, 431)
    assert await stored(house) == 0


async def test_compressed_bodies_are_taken_as_they_came(house: House) -> None:
    """The signature is over the bytes on the wire: a gzip body is kept as it is, and set aside."""
    import gzip

    sim = house.line()
    await house.start()
    body = gzip.compress(webhook(change(sim, text_message(ANA, "zipped", "wamid.zip"))))
    headers = {"X-Hub-Signature-256": sign(sim.app_secret, body), "Content-Encoding": "gzip"}
    assert (await house.post(body, headers)).status == 200
    bomb = gzip.compress(b"\0" * 50_000_000)
    headers["X-Hub-Signature-256"] = sign(sim.app_secret, bomb)
    assert (await house.post(bomb, headers)).status == 200
    await until(lambda: _is(house, 2), "both are dead letters")
    assert json.loads(json.dumps(len(bomb))) < 100_000


async def _is(house: House, letters: int) -> bool:
    return await house.metric("gateway_dead_total", reason="unreadable") == letters
