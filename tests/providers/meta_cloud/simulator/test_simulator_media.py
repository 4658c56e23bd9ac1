"""The media store: uploads, look-ups, downloads, lifetimes (wire.md 2.3)."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from gateway.clock import ManualClock
from gateway.simulator import samples
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.filetypes import check_upload, dimensions
from tests.providers.meta_cloud.simulator.graph_client import graph, refused

ANA = "+34600111222"
TYPES = ("image/jpeg", "image/png", "image/webp", "audio/mpeg", "audio/ogg", "video/mp4", "application/pdf")


@pytest.fixture
async def sim() -> AsyncIterator[MetaSimulator]:
    """A simulator whose time stands still until it is passed."""
    simulator = MetaSimulator(access_token="token", app_secret="app-secret", clock=ManualClock())
    simulator.status_delay = simulator.batch_wait = 0.002
    async with simulator:
        yield simulator


def form(mime: str, data: bytes, **fields: str) -> aiohttp.FormData:
    """An upload."""
    made = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime, **fields})
    made.add_field("file", data, filename="file", content_type=mime)
    return made


async def upload(sim: MetaSimulator, mime: str, data: bytes, number: str = "") -> str:
    """Upload a file; its id."""
    status, answer = await graph(sim, "POST", f"{number or sim.number}/media", data=form(mime, data))
    assert status == 200, answer
    return str(answer["id"])


async def fetch(url: str, token: str = "token") -> tuple[int, bytes]:
    """Download."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize("mime", TYPES)
async def test_what_is_uploaded_can_be_fetched(sim: MetaSimulator, mime: str) -> None:
    """The look-up has Meta's members, the hash in hex, and a URL that gives the bytes."""
    data = samples.sample(mime)
    media_id = await upload(sim, mime, data)
    _, told = await graph(sim, "GET", media_id, phone_number_id=sim.number)
    url = told.pop("url")
    assert told == {
        "messaging_product": "whatsapp",
        "mime_type": mime,
        "sha256": hashlib.sha256(data).hexdigest(),
        "file_size": len(data),
        "id": media_id,
    }
    assert await fetch(url) == (200, data)


async def test_a_url_lives_five_minutes(sim: MetaSimulator) -> None:
    """Without the token 401; after five minutes 404, and a new URL works; a forged one never does."""
    media_id = await upload(sim, "image/png", samples.png())
    _, told = await graph(sim, "GET", media_id)
    assert (await fetch(told["url"], "old"))[0] == 401
    await sim.pass_time(minutes=4.9)
    assert (await fetch(told["url"]))[0] == 200
    await sim.pass_time(minutes=0.2)
    assert (await fetch(told["url"]))[0] == 404
    _, again = await graph(sim, "GET", media_id)
    assert (await fetch(again["url"]))[0] == 200
    assert (await fetch(again["url"].replace("ext=1", "ext=2")))[0] == 404


async def test_uploads_live_a_month(sim: MetaSimulator) -> None:
    """After 30 days the id is unknown."""
    media_id = await upload(sim, "image/png", samples.png())
    await sim.pass_time(days=29.9)
    assert await refused(sim, "GET", media_id) == 0
    await sim.pass_time(days=0.2)
    assert await refused(sim, "GET", media_id) == 33


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("image", "image/jpeg"), ("voice", "audio/ogg; codecs=opus"), ("sticker", "image/webp")],
)
async def test_what_a_contact_sends_can_be_fetched(
    sim: MetaSimulator, business, kind: str, mime: str
) -> None:
    """The webhook names id, URL and hash in base64; the bytes are real; the id lives a week."""
    await sim.sends(ANA, kind)
    [message] = business.values[0]["messages"]
    media = message[message["type"]]
    status, data = await fetch(media["url"])
    assert (status, media["mime_type"]) == (200, mime)
    assert base64.b64decode(media["sha256"]) == hashlib.sha256(data).digest()
    check_upload(mime, data)
    await sim.pass_time(days=6.9)
    _, told = await graph(sim, "GET", media["id"])
    assert (await fetch(told["url"]))[1] == data
    await sim.pass_time(days=0.2)
    assert await refused(sim, "GET", media["id"]) == 33


async def test_what_is_deleted_is_gone(sim: MetaSimulator) -> None:
    """DELETE answers success, once."""
    media_id = await upload(sim, "image/png", samples.png())
    assert await graph(sim, "DELETE", media_id) == (200, {"success": True})
    assert await refused(sim, "DELETE", media_id) == 33


@pytest.mark.parametrize(
    ("mime", "data", "code"),
    [
        ("image/gif", b"GIF89a", 100),
        ("audio/wav", b"RIFF", 100),
        ("image/jpeg", samples.png(), 131053),
        ("image/png", b"", 131053),
        ("audio/ogg", b"OggS" + bytes(60) + b"vorbis", 131053),
        ("image/webp", samples.webp(256, 512), 131053),
        ("application/pdf", b"hello", 131053),
    ],
)
async def test_what_cannot_be_uploaded(sim: MetaSimulator, mime: str, data: bytes, code: int) -> None:
    """The type has to be supported, and the bytes have to be of it."""
    assert await refused(sim, "POST", f"{sim.number}/media", data=form(mime, data)) == code


async def test_an_upload_has_its_members(sim: MetaSimulator) -> None:
    """A product and a file are needed."""
    path = f"{sim.number}/media"
    assert (
        await refused(sim, "POST", path, data=form("image/png", samples.png(), messaging_product="x")) == 100
    )
    assert await refused(sim, "POST", path, data={"messaging_product": "whatsapp"}) == 131008


@pytest.mark.parametrize(
    ("mime", "megabytes", "head"),
    [
        ("image/png", 5, b"\x89PNG\r\n\x1a\n"),
        ("audio/mpeg", 16, b"ID3"),
        ("video/mp4", 16, b"\x00\x00\x00\x18ftyp"),
        ("text/plain", 100, b"x"),
    ],
)
def test_sizes(mime: str, megabytes: int, head: bytes) -> None:
    """A file at its limit is taken, one byte more is not."""
    most = megabytes * 1024 * 1024
    check_upload(mime, head.ljust(most, b"\0"))
    with pytest.raises(GraphError) as caught:
        check_upload(mime, head.ljust(most + 1, b"\0"))
    assert caught.value.code == 131053


def test_stickers_are_small() -> None:
    """Static 100 KB, animated 500 KB."""
    still = samples.webp().ljust(100 * 1024, b"\0")
    check_upload("image/webp", still)
    with pytest.raises(GraphError):
        check_upload("image/webp", still + b"\0")
    frame = b"VP8X\x0a\x00\x00\x00\x02\x00\x00\x00\xff\x01\x00\xff\x01\x00"
    moving = (b"RIFF\x00\x00\x00\x00WEBP" + frame).ljust(500 * 1024, b"\0")
    assert dimensions(moving) == (512, 512, True)
    check_upload("image/webp", moving)
    with pytest.raises(GraphError):
        check_upload("image/webp", moving + b"\0")


def test_the_samples_are_sound() -> None:
    """Checksums, sizes and tables of the made files agree with their formats."""
    png = samples.png()
    assert zlib.crc32(png[12:29]).to_bytes(4, "big") == png[29:33]
    webp = samples.webp()
    assert int.from_bytes(webp[4:8], "little") == len(webp) - 8
    assert dimensions(webp) == (512, 512, False)
    jpeg = samples.jpeg()
    assert (jpeg[:2], jpeg[-2:]) == (b"\xff\xd8", b"\xff\xd9")
    mp4 = samples.mp4()
    size = int.from_bytes(mp4[:4], "big")
    assert mp4[size + 4 : size + 8] == b"moov"
    assert size + int.from_bytes(mp4[size : size + 4], "big") == len(mp4)
    pdf = samples.pdf()
    assert pdf[int(pdf.split(b"startxref\n")[1].split(b"\n")[0]) :].startswith(b"xref")
    assert samples.ogg().count(b"OggS") == 3


async def test_ids_in_sends_are_checked(sim: MetaSimulator, business) -> None:
    """With `media_checks` an id must be this number's, alive, and of the kind's type."""
    sim.media_checks = True
    other = sim.add_number("77", "15550104478", "198700112233445")
    image = await upload(sim, "image/png", samples.png())
    foreign = await upload(sim, "image/png", samples.png(), other)

    async def code(kind: str, media_id: str) -> int:
        _, answer = await business.send(**{"type": kind, kind: {"id": media_id}})
        return int(answer.get("error", {}).get("code", 0))

    assert [await code("image", image), await code("document", image)] == [0, 0]
    assert [await code("image", "9"), await code("image", foreign), await code("sticker", image)] == [
        100,
        100,
        131053,
    ]
    await sim.pass_time(days=31)
    assert await code("image", image) == 100
