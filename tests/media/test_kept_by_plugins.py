"""Files that plugins keep: from a job, from a route of the API, from a command of the terminal."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from gateway.cli import main
from gateway.media.sweep import Sweep
from tests.support.house import ANA, House, until
from tests.support.houses import any_house, house

__all__ = ["any_house", "house"]

CLERK = """\
import base64
import pathlib
from collections.abc import Sequence
from msgspec import Struct
from gateway import (
    ApiRequest, Chat, CliCommand, Document, JobContext, Message, PluginRoute, Problem, api, hook, job,
)

class Given(Struct):
    data: str
    public: bool = False

@hook.on_message
async def asked(message: Message, chat: Chat) -> None:
    chat.enqueue(draw, message.text)

@job(retries=0)
async def draw(job: JobContext, what: str) -> None:
    if what == "block":
        async with job.db.begin():
            await job.keep(b"x")
    if what == "nothing":
        await job.keep(b"")
    if what == "much":
        await job.keep(b"x" * 2_000)
    file = await job.keep(b"%PDF-1.7 " + what.encode(), filename="../bill.pdf", public=what == "open")
    chat = await job.chat()
    await chat.send(Document(stored=file.id, filename=file.filename, caption=file.link))
    if what == "fail":
        raise RuntimeError

async def put(request: ApiRequest):
    given = request.body
    file = await request.keep(base64.b64decode(given.data), filename="a.png", public=given.public)
    if request.query is None and request.path.get("how") == "refuse":
        raise Problem(409, "no", "nothing is kept")
    return file

async def look(request: ApiRequest):
    return await request.keep(b"x")

@hook.register_routes
def routes() -> Sequence[PluginRoute]:
    return [api("POST", "/files/{how}", put, body=Given), api("GET", "/files", look)]

def options(parser):
    parser.add_argument("file")
    parser.add_argument("--public", action="store_true")

async def load(args, context) -> int:
    data = pathlib.Path(args.file).read_bytes()
    file = await context.keep(data, filename="price.txt", public=args.public)
    again = await context.keep(data, filename="price.txt", public=args.public)
    print(file.id == again.id, file.mime_type, file.link)
    return 0

@hook.register_cli
def commands() -> list[CliCommand]:
    return [CliCommand("keep", "keep a file", load, options)]
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


async def begun(house: House, **media: Any) -> House:
    """With the plugin, and an address that links can name."""
    house.plugin("clerk", CLERK)
    house.line("duka", "clerk")
    house.line("soko", "clerk")
    house.server["public_url"] = "https://gw.example.com"
    house.media.update(media)
    return await house.start()


async def fetched(house: House, link: str) -> tuple[int, bytes]:
    """What a stranger gets behind *link*."""
    path = link.removeprefix("https://gw.example.com")
    async with aiohttp.ClientSession() as session, session.get(house.url + path) as answer:
        return answer.status, await answer.read()


async def command(house: House, *words: str) -> int:
    """Run a command beside the house."""
    return await asyncio.to_thread(main, ["clerk", *words, "--config", str(house.config), "--tenant", "duka"])


async def test_a_job_keeps_what_it_made(any_house: House) -> None:
    """It is sent by its id, as the bytes that it was; a private file has no lasting address."""
    await begun(any_house)
    await any_house.sim.says(ANA, "bill")
    [seen] = await any_house.sim.wait_for(ANA, 1)
    assert (seen.kind, seen.text) == ("document", "")
    [(size, name, visibility)] = await any_house.rows("select size, filename, visibility from media")
    assert (size, name, visibility) == (13, "bill.pdf", "private")


async def test_a_public_file_has_an_address_that_stays(any_house: House) -> None:
    """Nobody can guess it, age does not take it, and the same bytes again are the same file."""
    await begun(any_house)
    await any_house.sim.says(ANA, "open")
    first, *_ = await any_house.sim.wait_for(ANA, 1)
    await any_house.sim.says(ANA, "open")
    second = (await any_house.sim.wait_for(ANA, 2))[1]
    link = first.text
    assert link == second.text
    assert link.startswith("https://gw.example.com/media/")
    assert await fetched(any_house, link) == (200, b"%PDF-1.7 open")
    assert (await fetched(any_house, link[:-3] + "AAA"))[0] == 403
    [(id,)] = await any_house.rows("select id from media")
    assert any_house.gateway is not None
    assert any_house.gateway.line is not None
    line = any_house.gateway.line
    sweep = Sweep(line.files, any_house.gateway.store, any_house.gateway.clock)
    assert await sweep.page("duka", any_house.gateway.clock.now() + 10**15) == (0, False)
    code, _ = await any_house.api("DELETE", f"/api/v1/media/{id}")
    assert code == 200
    assert (await fetched(any_house, link))[0] == 410


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("block", "keep() within 'async with job.db.begin()'"),
        ("nothing", "keep: the file has no bytes"),
        ("much", "keep: the file has 2000 bytes; [media] max_size is 1000"),
    ],
)
async def test_what_a_job_cannot_keep(house: House, word: str, words: str) -> None:
    """With a sentence for its author."""
    await begun(house, max_size=1000)
    await house.sim.says(ANA, word)
    [(detail,)] = await until(lambda: house.rows("select detail from dead where stage = 'job'"))
    assert words in str(detail)
    assert await house.rows("select 1 from media") == []


async def test_a_job_that_fails_has_kept_its_file(house: House) -> None:
    """As what it writes to its database: its next run keeps the same one."""
    await begun(house)
    await house.sim.says(ANA, "fail")
    await until(lambda: house.rows("select detail from dead where stage = 'job'"))
    assert len(await house.rows("select 1 from media")) == 1
    assert len(house.sim.inbox(ANA)) == 0  # what it said was not


async def test_a_route_keeps_with_all_that_it_does(any_house: House) -> None:
    """The row commits with the handler: a refusal keeps no file; a GET keeps none at all."""
    await begun(any_house)
    body = {"data": "iVBORw0KGgo=", "public": True}
    code, file = await any_house.api("POST", "/p/clerk/files/now", json=body)
    assert (code, file["mime_type"], file["size"]) == (200, "image/png", 8)
    assert (await fetched(any_house, file["link"]))[0] == 200
    code, private = await any_house.api("POST", "/p/clerk/files/now", json={"data": "iVBORw0KGgo="})
    assert (code, private["link"]) == (200, "")
    assert private["id"] != file["id"]
    code, _ = await any_house.api("POST", "/p/clerk/files/refuse", json={"data": "AAAA"})
    assert code == 409
    assert (await any_house.api("GET", "/p/clerk/files"))[0] == 500
    assert len(await any_house.rows("select 1 from media")) == 2


async def test_another_tenant_has_another_file(house: House) -> None:
    """Of the same bytes: the address of one says nothing of the other's."""
    await begun(house)
    body = {"data": "AAAA", "public": True}
    _, ours = await house.api("POST", "/p/clerk/files/now", json=body)
    _, theirs = await house.api("POST", "/p/clerk/files/now", json=body, tenant="soko")
    assert ours["link"] != theirs["link"]
    await house.api("DELETE", f"/api/v1/media/{ours['id']}")
    assert (await fetched(house, ours["link"]))[0] == 410
    assert (await fetched(house, theirs["link"]))[0] == 200


async def test_a_command_keeps_beside_a_running_gateway(
    any_house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """And without one; the file is the same, and so is its address."""
    await begun(any_house)
    path = any_house.folder / "price.txt"
    path.write_bytes(b"x" * (5 * 1024 * 1024))
    assert await command(any_house, "keep", str(path), "--public") == 0
    [*_, told] = capsys.readouterr().out.splitlines()
    same, mime, link = told.split()
    assert (same, mime) == ("True", "text/plain")
    assert await fetched(any_house, link) == (200, path.read_bytes())
    await any_house.stop()
    assert await command(any_house, "keep", str(path), "--public") == 0
    assert capsys.readouterr().out.splitlines()[-1] == told


async def test_a_command_is_told_what_is_too_large_for_it(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bound is that of one request to the gateway that runs, and the sentence says where else to go."""
    await begun(house)
    path = house.folder / "large.bin"
    path.write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    assert await command(house, "keep", str(path)) == 2
    said = capsys.readouterr().err
    assert "plugin 'clerk': keep() was given a file of 5242881 bytes, and 5242880 are the most" in said
    assert "send larger ones to POST /api/v1/media" in said
