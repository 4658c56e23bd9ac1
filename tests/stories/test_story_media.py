"""Pictures and documents, from the contact's phone to the plugin, the API and back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.media.world import FileServer, file_server
from tests.stories.test_story_process import Process
from tests.support.house import ANA, House, change, sign, until, webhook

PDF = b"%PDF-1.7 a price list"
ALBUM = """\
from gateway import ChannelEvent, Chat, Image, Message, hook, notice

@hook.on_message
async def thank(message: Message, chat: Chat) -> None:
    if message.media:
        await chat.say("kept" if await chat.media(message) else "one moment")

@hook.on_event
async def show(event: ChannelEvent, chat: Chat) -> None:
    match event.content:
        case notice.MediaStored(message=message, kind=kind):
            file = await chat.media()
            again = await chat.media(message)
            assert file == again
            await chat.send(Image(stored=file.id, caption=f"{file.size} bytes of {file.mime_type}"))
        case notice.MediaFailed(reason=reason):
            await chat.say(f"not kept: {reason}")
"""


@pytest.fixture
async def files() -> AsyncIterator[FileServer]:
    """A server of files."""
    async with file_server() as made:
        yield made


async def incoming(house: House, type_: str) -> list[dict[str, Any]]:
    """Messages of a type, as the API lists them."""
    _, answer = await house.api("GET", params={"direction": "in"})
    return [item for item in answer["items"] if item["type"] == type_]


async def ended(house: House, type_: str = "document") -> dict[str, Any]:
    """The only message of a type, once its file is there or will not come."""

    async def look() -> dict[str, Any] | None:
        found = await incoming(house, type_)
        return found[0] if found and found[0]["media"]["state"] != "pending" else None

    found = await until(look, "the file is there, or will not come")
    assert found is not None
    return found


async def test_a_plugin_gets_the_picture_and_sends_it_on(any_house: House) -> None:
    """First the message, then the file: the plugin is told, finds it, and sends the very same one."""
    house = any_house
    house.plugin("album", ALBUM)
    house.line("duka", "album")
    await house.start()

    await house.sim.sends(ANA, "image", caption="Front door")

    first, second = await house.sim.wait_for(ANA, 2)
    assert first.text in ("one moment", "kept")
    item = await ended(house, "image")
    file = item["media"]
    assert second.kind == "image"
    assert second.text == f"{file['size']} bytes of image/jpeg"
    assert item["content"]["caption"] == "Front door"


async def test_an_address_that_lives_five_minutes(house: House) -> None:
    """The gateway was busy for longer: it asks for a new address by the file's id."""
    house.line()
    house.server["intake_only"] = True
    await house.start()
    await house.sim.sends(ANA, "document", content=PDF, filename="prices.pdf")
    await house.stop()
    await house.sim.pass_time(minutes=6)
    house.server["intake_only"] = False
    await house.start()

    file = (await ended(house))["media"]

    assert (file["state"], file["size"], file["filename"]) == ("stored", len(PDF), "prices.pdf")


async def test_a_file_that_is_older_than_a_week(house: House) -> None:
    """Meta does not have it any more: the message can be read, and says why it has no file."""
    house.plugin("album", ALBUM)
    house.line("duka", "album")
    house.server["intake_only"] = True
    await house.start()
    await house.sim.sends(ANA, "document", content=PDF, filename="prices.pdf", caption="Ours")
    await house.stop()
    await house.sim.pass_time(days=8)
    house.server["intake_only"] = False
    await house.start()

    item = await ended(house)

    assert item["content"]["caption"] == "Ours"
    assert (item["media"]["state"], item["media"]["reason"], item["media"]["link"]) == (
        "failed",
        "gone",
        None,
    )
    assert await house.metric("gateway_media_fetches_total", result="failed") == 1


async def test_kill_minus_nine_in_the_middle_of_a_file(house: House, files: FileServer) -> None:
    """The next process fetches it from the beginning, and nothing of the half is left."""
    half = asyncio.Event()

    async def slowly(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(PDF[:7])
        half.set()
        await asyncio.sleep(20)
        return response

    files.answer = slowly
    house.media = {"internal": [files.origin]}
    sim = house.line()
    process = Process(house)
    await process.start()
    try:
        document = {
            "id": "9001",
            "mime_type": "application/pdf",
            "url": f"{files.origin}/f",
            "filename": "a.pdf",
        }
        message = {"from": "254700000001", "id": "wamid.F", "timestamp": "1794900000", "type": "document"}
        value = {
            "contacts": [{"profile": {"name": "Ana"}, "wa_id": "254700000001"}],
            "messages": [{**message, "document": document}],
        }
        body = webhook(change(sim, value))
        async with house.session.post(sim.webhook_url, data=body, headers=_signed(house, body)) as answer:
            assert answer.status == 200
        await asyncio.wait_for(half.wait(), 10)
        await process.end(signal.SIGKILL)
        files.answer = lambda request: web.Response(body=PDF)
        await house.start()

        file = (await ended(house))["media"]

        assert (file["state"], file["size"], file["mime_type"]) == ("stored", len(PDF), "application/pdf")
        assert list((house.folder / "spool" / "media").iterdir()) == []
    finally:
        if process._child is not None and process._child.returncode is None:
            await process.end(signal.SIGKILL)


def _signed(house: House, body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": sign(house.lines["duka"].sim.app_secret, body)}
