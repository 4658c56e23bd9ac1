"""Files: what contacts send is kept and can be had; what we send arrives as the bytes that it is."""

from __future__ import annotations

import hashlib
from typing import Any

from gateway.model.outbound import Document, Image
from gateway.simulator import Seen
from gateway.simulator.samples import sample
from gateway.simulator.view import viewing
from gateway.testing.conformance.carrying import ended, greeting
from gateway.testing.conformance.case import Case, case, case_for
from gateway.testing.conformance.world import World

#: The kinds of files, and a type of each that every provider has.
FILES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "document": "application/pdf",
    "sticker": "image/webp",
}


def files_come(world: World) -> str:
    """Whether contacts can send files."""
    return "" if world.sim.kinds & FILES.keys() else "its contacts send no files"


def files_go(world: World) -> str:
    """Whether the channel carries files."""
    carried = world.provider.capabilities.level("document") in ("full", "partial")
    return "" if carried else "it carries no files"


@case_for(files_come)
async def kept(world: World) -> None:
    """A file of every kind is fetched, kept, and served as a download with the bytes that were sent."""
    for kind in sorted(world.sim.kinds & FILES.keys()):
        contact, content = world.contact(), sample(FILES[kind])
        file = world.sim.store_inbound(content, FILES[kind], "menu.pdf" if kind == "document" else "")
        await world.sim.sends(contact, kind, media=file)
        shown = await arrived(world, contact)
        assert shown["size"] == len(content), (kind, shown)
        assert shown["sha256"] == hashlib.sha256(content).hexdigest(), kind
        status, headers, served = await world.fetch(shown["link"])
        assert (status, served) == (200, content), kind
        assert headers["Content-Disposition"].startswith("attachment"), kind
        assert "sandbox" in headers["Content-Security-Policy"], kind


@case_for(files_come)
async def another_tenant(world: World) -> None:
    """A file is its tenant's: for another it is not there."""
    contact = world.contact()
    await world.sim.sends(contact, sorted(world.sim.kinds & FILES.keys())[0])
    shown = await arrived(world, contact)
    path = f"/api/v1/media/{shown['id']}"
    assert (await world.api("GET", path))[0] == 200
    assert (await world.api("GET", path, tenant="second"))[0] == 404


@case
async def of_ours(world: World) -> None:
    """A file that was uploaded to us arrives as the bytes that it is, or is refused with a reason."""
    content = sample("application/pdf") + b"\n% " + world.contact().encode()
    code, file = await world.api("POST", "/api/v1/media?filename=bill.pdf", data=content)
    assert code == 201, file
    contact = world.contact()
    await greeting(world, contact)
    code, answer = await world.sends(contact, {"type": "document", "stored": file["id"], "caption": "Bill"})
    if code == 422:
        assert files_go(world), answer
        assert len(answer["detail"]) > 10, answer
        return
    assert code == 202, answer
    assert (await ended(world, answer["id"]))["status"] != "failed"
    inbox = await world.shown(contact, 1 + answer["parts"])
    [message] = [seen for seen in inbox[1:] if seen.media]
    assert await bytes_of(world, message) == content
    assert any("Bill" in seen.text for seen in inbox[1:])


@case_for(files_go)
async def made_by_a_plugin(world: World) -> None:
    """The bytes that a plugin sends arrive, also of a picture, which the channel may want in another form."""
    contact, pdf = world.contact(), sample("application/pdf") + b"\n% made now"
    world.clerk.orders[f"a document for {contact}"] = Document(data=pdf, filename="now.pdf")
    world.clerk.orders[f"a picture for {contact}"] = Image(data=sample("image/png"), caption="Look")
    for place, word in enumerate((f"a document for {contact}", f"a picture for {contact}")):
        await world.sim.says(contact, word)
        inbox = await world.sim.wait_for(contact, place + 1, 8.0)
    first, second, *_ = inbox
    assert await bytes_of(world, first) == pdf
    assert second.media
    assert await bytes_of(world, second)


async def arrived(world: World, contact: str) -> dict[str, Any]:
    """The file of the newest message of *contact*, once it is kept."""

    async def look() -> dict[str, Any]:
        items = await world.listed(contact, "in")
        file: dict[str, Any] = (items[-1].get("media") or {}) if items else {}
        assert file.get("state") != "failed", file
        return file if file.get("state") == "stored" else {}

    return await world.until(look, f"the file of {contact} is kept")


async def bytes_of(world: World, message: Seen) -> bytes:
    """The file on a phone: as the provider has it, or from where it is."""
    looks = viewing(world.sim)
    file = looks.file(message.media) if looks is not None else None
    if file is not None:
        return file.content
    status, _, content = await world.fetch(message.media)
    assert status == 200, message.media
    return content


CASES: tuple[Case, ...] = (kept, another_tenant, of_ours, made_by_a_plugin)
