"""Calls to providers: uploads of files have time, and what was lost on the way is judged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.pipeline.call import conduct
from gateway.provider import HttpAnswer, HttpRequest, MediaLink, ProviderError, Steps, StoredFile

SIZE = 64 * 1024


class SlowBench:
    """Has one file, whose bytes come slowly."""

    def __init__(self, pause: float) -> None:
        self.pause = pause

    async def recall(self, key: str) -> str:
        return ""

    async def note(self, key: str, value: str, seconds: float) -> None:
        return None

    async def file(self, id: str, kind: str) -> StoredFile:
        return StoredFile(id, "application/pdf", SIZE, "ab" * 32)

    async def content(self, id: str) -> AsyncIterator[bytes]:
        for _ in range(4):
            await asyncio.sleep(self.pause / 4)
            yield b"x" * (SIZE // 4)

    async def link(self, id: str, kind: str, seconds: float) -> str:
        return f"https://gw.example.com/media/{id}"

    def callback(self) -> str:
        return ""


def upload(url: str) -> Steps[HttpAnswer]:
    """One upload, with something before and behind the file."""
    answer: HttpAnswer = yield HttpRequest("POST", url, {}, b"<", sends=False, stored="f", after=b">")
    return answer


@pytest.mark.parametrize(("pause", "arrives"), [(0.5, True), (3.0, False)])
async def test_an_upload_has_time_for_its_size(pause: float, arrives: bool) -> None:
    """A file takes longer than an answer may take, but not for ever: 64 KB have a second more. The length is
    told, the bytes come in their order, and a lost upload was not sent."""
    got: list[tuple[str | None, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        got.append((request.headers.get("Content-Length"), await request.read()))
        return web.Response(text="ok")

    app = web.Application()
    app.add_routes([web.post("/media", take)])
    limits = aiohttp.ClientTimeout(total=0.2)
    async with TestServer(app) as server, aiohttp.ClientSession(timeout=limits) as session:
        work = conduct(session, upload(str(server.make_url("/media"))), SlowBench(pause))
        if arrives:
            assert (await work).body == b"ok"
            assert got == [(str(SIZE + 2), b"<" + b"x" * SIZE + b">")]
        else:
            with pytest.raises(ProviderError, match="timeout") as caught:
                await work
            assert caught.value.kind == "unavailable"


def linked(name: str) -> Steps[str]:
    """Asks for the address of a file."""
    url: str = yield MediaLink("f", name=name)
    return url


async def test_an_address_ends_in_the_name_that_is_asked_for() -> None:
    """Written so that it is one piece of the path, whatever is in it."""
    async with aiohttp.ClientSession() as session:
        for name, end in (("", "f"), ("a b.pdf", "f/a%20b.pdf"), ("../x?é#", "f/..%2Fx%3F%C3%A9%23")):
            assert (
                await conduct(session, linked(name), SlowBench(0.0)) == f"https://gw.example.com/media/{end}"
            )


async def test_the_work_is_told_that_a_call_failed() -> None:
    """So it may clean up behind itself; what it does not catch is raised."""

    def work(catches: bool) -> Steps[str]:
        try:
            yield HttpRequest("GET", "http://127.0.0.1:9", {}, b"", sends=False)
        except ProviderError as error:
            if not catches:
                raise
            return error.kind
        return "answered"

    async with aiohttp.ClientSession() as session:
        assert await conduct(session, work(True)) == "unavailable"
        with pytest.raises(ProviderError, match="not reached"):
            await conduct(session, work(False))
