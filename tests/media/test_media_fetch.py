"""Files of contacts are fetched beside their messages: bounded, again and again, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from gateway import ChannelEvent, Chat, Message, hook, notice
from gateway.hooks.host import Host
from gateway.media import fetch, patience
from gateway.media.record import media_of
from gateway.model import inbound
from gateway.pipeline.line import Line
from gateway.store.port import Store
from tests.media.world import FileServer, file_server, line_of, sent, settings_of
from tests.net.canary import ROWS, Canary
from tests.net.conftest import names  # noqa: F401 - a fixture
from tests.pipeline.world import eventually, raw_of, rows, running

PDF = b"%PDF-1.7 a price list"


@pytest.fixture
async def server() -> AsyncIterator[FileServer]:
    """Where the files are."""
    async with file_server() as made:
        yield made


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other quickly."""
    monkeypatch.setattr(patience, "_FIRST", 0.01)
    monkeypatch.setattr(fetch, "EVERY", 0.02)


def document(server: FileServer, url: str = "/f", **more: Any) -> inbound.Document:
    """A document with an address and an id."""
    return inbound.Document("9001", "application/pdf", url=server.origin + url if url else "", **more)


async def receive(line: Line, *contents: inbound.Inbound, tenant: str = "duka") -> None:
    """The webhooks of these messages are durable."""
    raws = [raw_of(sent(content, tenant=tenant), channel=f"{tenant}-main") for content in contents]
    await asyncio.gather(*(line.journal.append(raw) for raw in raws))


async def files(store: Store) -> list[Any]:
    """All rows of files."""
    return [
        media_of(row) for row in await rows(store, "select * from media where tenant = tenant order by id")
    ]


async def settled(store: Store, count: int = 1) -> list[Any]:
    """The rows once none is pending any more."""
    until = asyncio.get_running_loop().time() + 8
    while True:
        found = await files(store)
        if len(found) >= count and all(one.state != "pending" for one in found):
            return found
        assert asyncio.get_running_loop().time() < until, found
        await asyncio.sleep(0.01)


async def test_a_file_is_fetched_and_kept(store: Store, tmp_path: Path, server: FileServer) -> None:
    """With the provider's headers; its row says what its bytes are, and its message is told apart from it."""
    server.answer = lambda request: web.Response(body=PDF)
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, document(server, filename="prices.pdf", caption="Ours"))
        [file] = await settled(store)

        assert (file.state, file.kind, file.mime_type, file.size) == (
            "stored",
            "document",
            "application/pdf",
            len(PDF),
        )
        assert (file.filename, file.visibility, file.tries, file.reason) == ("prices.pdf", "private", 1, "")
        [message] = await rows(store, "select id from message where tenant = tenant")
        assert file.message == message["id"]
        assert b"".join([piece async for piece in line.files.content("duka", file.id)]) == PDF
        assert [request.headers["Authorization"] for request in server.requests] == ["Bearer t"]
        assert server.asked == 0
        assert line._metrics.value("gateway_media_fetches_total", provider="fake", result="stored") == 1


async def test_messages_without_a_file_make_no_row(store: Store, tmp_path: Path, server: FileServer) -> None:
    """Texts, and pictures of which the provider told nothing; cards that came as a file make one."""
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, inbound.Text("hi"), inbound.Image(), inbound.Contacts())
        await receive(line, inbound.Contacts(file=inbound.Media("9002", "text/vcard")))
        [file] = await settled(store)

        assert (file.kind, file.told) == ("contacts", "text/vcard")


async def test_an_address_that_has_expired_is_asked_again(
    store: Store, tmp_path: Path, server: FileServer
) -> None:
    """By the file's id, at once."""
    server.answer = lambda request: web.Response(body=PDF, status=200 if request.path == "/again" else 404)
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, document(server))
        [file] = await settled(store)

    assert (file.state, file.tries, server.asked) == ("stored", 1, 1)


@pytest.mark.parametrize(
    ("told", "answer", "reason"),
    [(404, 404, "gone"), ("/again", 404, "gone"), ("/again", 410, "gone")],
)
async def test_a_file_that_is_gone_leaves_its_message(
    store: Store, tmp_path: Path, server: FileServer, told: str | int, answer: int, reason: str
) -> None:
    """It failed, with a reason, and the message can be read."""
    server.told, server.answer = told, lambda request: web.Response(status=answer)
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, document(server, caption="See this"))
        [file] = await settled(store)

    assert (file.state, file.reason) == ("failed", reason)
    [message] = await rows(store, "select content from message where tenant = tenant")
    assert "See this" in message["content"]


@pytest.mark.parametrize("status", [500, 503, 429, 401])
async def test_a_server_in_trouble_is_asked_again(
    store: Store, tmp_path: Path, server: FileServer, status: int
) -> None:
    """Until it gives the file; a token that is dead may be renewed."""
    troubles = iter([status, status, status, status])
    server.answer = lambda request: web.Response(status=next(troubles, 200), body=PDF)
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, document(server))
        [file] = await settled(store)

    assert file.state == "stored"
    assert file.tries >= 3


async def test_what_is_larger_than_told_is_not_kept(
    store: Store, tmp_path: Path, server: FileServer, blobs: Callable[[], list[str]]
) -> None:
    """A limit for each kind; nothing of it stays on the disk."""

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        except ConnectionError:
            pass
        return response

    server.answer = endless
    settings = settings_of(tmp_path, max_sizes={"document": 200_000})
    async with running(line_of(store, settings, server)) as line:
        await receive(line, document(server))
        [file] = await settled(store)

    assert (file.state, file.reason) == ("failed", "too_large")
    assert not list((tmp_path / "spool" / "media").iterdir())
    assert blobs() == []


async def test_what_its_bytes_are_counts(store: Store, tmp_path: Path, server: FileServer) -> None:
    """A page that is told to be a picture is kept as nothing that anybody would open."""
    server.answer = lambda request: web.Response(
        body=b"<!DOCTYPE html><script>alert(1)</script>", headers={"Content-Type": "image/png"}
    )
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        await receive(line, inbound.Image("9001", "image/png", url=server.origin + "/f"))
        [file] = await settled(store)

    assert (file.state, file.mime_type, file.told) == ("stored", "application/octet-stream", "image/png")


async def test_no_file_is_fetched_from_inside(
    store: Store,
    tmp_path: Path,
    server: FileServer,
    names: dict[str, list[str]],  # noqa: F811
) -> None:
    """Every link of the matrix, told by a webhook, told by a look-up, and behind a redirect: the canary stays
    alone, and each file fails with its reason."""
    canary = Canary()
    await canary.start()
    names |= {name: ["127.0.0.1"] for name in ("localtest.me", "localhost", "localhost.")}
    # What has no host is relative, and leads back to where it came from.
    urls = [
        row.format(port=canary.port)
        for name, row in ROWS.items()
        if "example.com" not in row and name not in ("nothing", "no host")
    ]
    server.answer = lambda request: web.Response(
        status=302, headers={"Location": request.query["to"].replace("\r\n", "").replace("\t", "")}
    )
    redirects = [str(URL(server.origin + "/r").with_query(to=url)) for url in urls]
    ways = [[inbound.Image(url=url) for url in way] for way in (urls, redirects)]
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        for way in ways:
            await receive(line, *way)
        found = await settled(store, 2 * len(urls))
        for number, url in enumerate(urls, 1):
            server.told = url if ":" in url.partition("/")[0] else f"http:{url}"
            await receive(line, inbound.Image("9001"))
            found = await settled(store, 2 * len(urls) + number)
    await canary.stop()

    print(f"\n{len(urls)} links × webhook, redirect, look-up: {canary.connections} reached the canary")
    assert canary.connections == 0
    assert {file.state for file in found} == {"failed"}
    assert {file.reason for file in found} <= {"blocked"}


async def test_plugins_hear_of_it(store: Store, tmp_path: Path, server: FileServer) -> None:
    """In the conversation of the message, so that they can answer; also of a file that will not come."""
    heard: list[tuple[str, Any, str]] = []

    class Plugin:
        @hook.on_event
        async def on_event(self, event: ChannelEvent, chat: Chat) -> None:
            heard.append((chat.contact.phone, event.content, event.person.name))

        @hook.on_message
        async def on_message(self, message: Message, chat: Chat) -> None:
            heard.append((message.id, None, ""))

    host = Host()
    host.register(Plugin(), "ears")
    server.answer = lambda request: web.Response(body=PDF, status=404 if "gone" in request.path else 200)
    server.told = 404
    async with running(line_of(store, settings_of(tmp_path, ("ears",)), server, host)) as line:
        await receive(line, document(server, filename="a.pdf"))
        await eventually(lambda: len(heard) == 2)
        await receive(line, document(server, "/gone"))
        await eventually(lambda: len(heard) == 4)
        await eventually(lambda: not len(line.lanes))

    (message, _, _), (who, stored, name), (second, _, _), (_, failed, _) = heard
    assert (who, name) == ("+254700000001", "Amina")
    assert isinstance(stored, notice.MediaStored)
    assert (stored.message, stored.kind, stored.size, stored.filename) == (
        message,
        "document",
        len(PDF),
        "a.pdf",
    )
    assert isinstance(failed, notice.MediaFailed)
    assert (failed.message, failed.reason) == (second, "gone")


async def test_a_process_that_dies_loses_no_file(store: Store, tmp_path: Path, server: FileServer) -> None:
    """What was under way is fetched by the next one at once, and nothing of the half stays."""
    hanging = asyncio.Event()

    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(PDF[:5])
        hanging.set()
        await asyncio.sleep(30)
        return response

    server.answer = half
    first = line_of(store, settings_of(tmp_path), server)
    await first.start()
    await receive(first, document(server))
    await asyncio.wait_for(hanging.wait(), 5)
    for task in [*first._tasks, *first.fetcher._tasks]:
        task.cancel()  # no drain: as if it were gone
    await asyncio.gather(*first._tasks, *first.fetcher._tasks, return_exceptions=True)
    [file] = await files(store)
    assert (file.state, file.tries) == ("pending", 1)

    server.answer = lambda request: web.Response(body=PDF)
    async with running(line_of(store, settings_of(tmp_path), server)):
        [file] = await settled(store)
    await first.drain(0.1)

    assert (file.state, file.tries, file.size) == ("stored", 2, len(PDF))


async def test_one_tenants_files_do_not_keep_anothers_waiting(
    store: Store, tmp_path: Path, server: FileServer
) -> None:
    """However many hang: half of the places stay for the others, and a drain does not wait for them."""
    hung = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/hang":
            await hung.wait()
        return web.Response(body=PDF)

    server.answer = answer
    async with running(line_of(store, settings_of(tmp_path, fetches=4), server)) as line:
        await receive(line, *[document(server, "/hang") for _ in range(30)])
        await eventually(lambda: len(server.requests) == 2)
        await receive(line, *[document(server) for _ in range(5)], tenant="soko")
        await eventually(lambda: len([one for one in server.requests if one.path == "/f"]) == 5)

        assert len([one for one in server.requests if one.path == "/hang"]) == 2
        await eventually(lambda: len(line.fetcher) == 2)
        hung.set()
        assert {file.state for file in await settled(store, 35)} == {"stored"}


async def test_a_channel_that_is_gone_may_come_back(store: Store, tmp_path: Path, server: FileServer) -> None:
    """The file waits for it."""
    async with running(line_of(store, settings_of(tmp_path), server)) as line:
        table = line.fetcher._channels._table.by_id
        channel = table["duka", "duka-main"]
        await receive(line, document(server))
        await settled(store)
        del table["duka", "duka-main"]
        await store.write(
            lambda tx: tx.run(
                "update media set state = 'pending', tries = 0, next_at = 0 where tenant = 'duka'"
            )
        )
        await eventually(
            lambda: line._metrics.value("gateway_media_fetches_total", provider="none", result="retry")
        )
        table["duka", "duka-main"] = channel
        [file] = await settled(store)

    assert file.state == "stored"
