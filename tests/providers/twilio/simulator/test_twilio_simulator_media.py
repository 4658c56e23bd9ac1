"""Files of contacts, on a host of their own; files of the business, fetched and judged."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from gateway.simulator.samples import sample as file_of
from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, TOKEN, Business

KEY = "Basic " + base64.b64encode(f"AC00000000000000000000000000000009:{TOKEN}".encode()).decode()


async def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """GET without following: status, headers, bytes."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=headers, allow_redirects=False) as answer,
    ):
        return answer.status, dict(answer.headers), await answer.read()


async def image(sim: TwilioSimulator, business: Business, **fields: Any) -> str:
    """The URL of an image that a contact sent."""
    await sim.sends(ANA, "image", **fields)
    return business.params[-1]["MediaUrl0"]


async def test_a_download_leads_to_another_host(sim: TwilioSimulator, business: Business) -> None:
    """307 with credentials; the other host hands out the bytes."""
    url = await image(sim, business, content=b"\xff\xd8\xffpicture")
    code, headers, _ = await get(url, Authorization=KEY)
    assert code == 307
    elsewhere = headers["Location"]
    assert urlsplit(elsewhere).netloc != urlsplit(url).netloc
    code, headers, data = await get(elsewhere)
    assert (code, headers["Content-Type"], data) == (200, "image/jpeg", b"\xff\xd8\xffpicture")


async def test_the_other_host_takes_no_credentials(sim: TwilioSimulator, business: Business) -> None:
    """A request that brings them along is refused, as is one without the secret of the URL."""
    _, headers, _ = await get(await image(sim, business), Authorization=KEY)
    elsewhere = headers["Location"]
    assert (await get(elsewhere, Authorization=KEY))[0] == 400
    assert (await get(elsewhere.partition("?")[0]))[0] == 403


async def test_the_api_wants_credentials(sim: TwilioSimulator, business: Business) -> None:
    """401 without them."""
    assert (await get(await image(sim, business)))[0] == 401


async def test_what_was_deleted_is_gone(sim: TwilioSimulator, business: Business) -> None:
    """By the business or by anybody else: 404 on both hosts."""
    url = await image(sim, business)
    _, headers, _ = await get(url, Authorization=KEY)
    assert (await business.call("DELETE", urlsplit(url).path + ".json"))[0] == 204
    assert (await get(url, Authorization=KEY))[0] == 404
    assert (await get(headers["Location"]))[0] == 404
    url = await image(sim, business)
    sim.deletes_media(business.params[-1]["MessageSid"])
    assert (await get(url, Authorization=KEY))[0] == 404


async def test_metadata_and_the_list_of_a_message(sim: TwilioSimulator, business: Business) -> None:
    """What a poll needs to find the files of a message that it has only from the list."""
    url = await image(sim, business)
    path = urlsplit(url).path
    code, told = await business.call("GET", f"{path}.json")
    assert (code, told["content_type"]) == (200, "image/jpeg")
    assert told["parent_sid"] == business.params[-1]["MessageSid"]
    [message] = await business.listed()
    assert message["num_media"] == "1"
    code, page = await business.call("GET", message["subresource_uris"]["media"])
    assert (code, [one["sid"] for one in page["media_list"]]) == (200, [path.rpartition("/")[2]])


async def test_a_document_has_its_name(sim: TwilioSimulator, business: Business) -> None:
    """In Content-Disposition, and as the body when there is no caption."""
    await sim.sends(ANA, "document", filename="año 17.pdf")
    [told] = business.params
    assert told["Body"] == "año 17.pdf"
    _, headers, _ = await get(told["MediaUrl0"], Authorization=KEY)
    _, headers, data = await get(headers["Location"])
    assert headers["Content-Disposition"] == "inline; filename*=UTF-8''a%C3%B1o%2017.pdf"
    assert data == file_of("application/pdf")
    await sim.sends(ANA, "document", caption="the bill")
    assert business.params[-1]["Body"] == "the bill"


async def test_a_contact_card_is_a_file(sim: TwilioSimulator, business: Business) -> None:
    """All cards in one vCard."""
    card = {
        "name": {"formatted_name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz"},
        "phones": [{"phone": "+34600999888", "type": "CELL", "wa_id": "34600999888"}],
        "emails": [{"email": "ana@example.org"}],
    }
    await sim.sends(ANA, "contacts", contacts=[card])
    _, headers, _ = await get(business.params[0]["MediaUrl0"], Authorization=KEY)
    _, _, data = await get(headers["Location"])
    lines = data.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCARD"
    assert {"FN:Ana Ruiz", "TEL;type=CELL;waid=34600999888:+34600999888"} <= set(lines)
    await sim.sends(ANA, "contacts", vcard="BEGIN:VCARD\r\nFN:Own\r\nEND:VCARD\r\n")
    _, headers, _ = await get(business.params[1]["MediaUrl0"], Authorization=KEY)
    assert b"FN:Own" in (await get(headers["Location"]))[2]


async def test_a_stored_file_can_be_sent_twice(sim: TwilioSimulator, business: Business) -> None:
    """Each message has a file of its own; anything that was not stored is refused."""
    stored = sim.store_inbound(b"\x89PNG\r\n\x1a\n", "image/png", "a.png")
    urls = [await image(sim, business, media=stored) for _ in range(2)]
    assert len(set(urls)) == 2
    for url in urls:
        _, headers, _ = await get(url, Authorization=KEY)
        assert (await get(headers["Location"]))[2] == b"\x89PNG\r\n\x1a\n"
    assert business.params[-1]["MediaContentType0"] == "image/png"
    with pytest.raises(TypeError, match="store_inbound"):
        await sim.sends(ANA, "image", media="a.png")


JPEG = b"\xff\xd8\xff"
FILES: list[tuple[str, str, bytes, str]] = [
    ("a.jpg", "image/jpeg", JPEG + b"x" * (5 * 1024 * 1024 - 3), "read"),
    ("b.jpg", "image/jpeg", JPEG + b"x" * (5 * 1024 * 1024 - 2), "63034"),
    ("c.mp4", "video/mp4", b"x" * (16 * 1024 * 1024 + 1), "63034"),
    ("d.html", "text/html", b"<html>", "63021"),
    ("e.jpg", "image/jpeg", b"", "63019"),
    ("f.jpg", "image/jpeg", b"<html></html>", "63021"),
    ("g.txt", "text/plain", b"anything", "read"),
]


@pytest.mark.parametrize(("name", "mime", "data", "fate"), FILES)
async def test_files_of_the_business_are_fetched_and_judged(
    sim: TwilioSimulator, business: Business, name: str, mime: str, data: bytes, fate: str
) -> None:
    """With `media_checks`: type and size as the host tells them."""
    sim.media_checks = True
    business.files[f"/files/{name}"] = (mime, data)
    url = f"{business.base}/files/{name}"
    sid = await business.sent(Body="look", media=[url])
    await sim.settle()
    last = business.params[-1]
    assert last.get("ErrorCode", last["MessageStatus"]) == fate
    if fate == "read":
        [seen] = await sim.wait_for(ANA, 1)
        caption = "look" if mime.startswith("image/") else ""
        assert (seen.message_id, seen.text, sim._fates.fetched[url].data) == (sid, caption, data)
    else:
        assert sim.inbox(ANA) == []


@pytest.mark.parametrize("url", ["/files/none.jpg", "http://127.0.0.1:9/x.jpg"])
async def test_a_file_that_cannot_be_had_fails(sim: TwilioSimulator, business: Business, url: str) -> None:
    """63019; without the knob nobody looks."""
    url = url if url.startswith("http") else business.base + url
    await business.sent(Body="look", media=[url])
    assert [seen.media for seen in sim.inbox(ANA)] == [url]
    sim.media_checks = True
    sid = await business.sent(Body="look", media=[url])
    await sim.settle()
    [told] = [params for params in business.params if params["MessageSid"] == sid]
    assert (told["MessageStatus"], told["ErrorCode"]) == ("failed", "63019")


async def test_the_fetched_type_decides_about_the_caption(sim: TwilioSimulator, business: Business) -> None:
    """A name says nothing: what the host calls a video has no caption."""
    sim.media_checks = True
    business.files["/files/clip"] = ("video/mp4", file_of("video/mp4"))
    await business.sent(Body="words", media=[f"{business.base}/files/clip"])
    [seen] = await sim.wait_for(ANA, 1)
    assert seen.text == ""


async def test_a_file_on_this_machine_is_looked_at(sim: TwilioSimulator, business: Business) -> None:
    """Without the knob too: its type, and the people in a vCard; nothing is judged by it."""
    cards = b"BEGIN:VCARD\r\nFN:Ana\r\n  Ruiz\r\nitem1.TEL;type=CELL:+34600\r\nTEL:1\r\nEND:VCARD\r\n"
    cards += b"BEGIN:VCARD\nFN:Ben\\, Okoro\nEND:VCARD\n"
    business.files["/files/people"] = ("text/vcard", cards)
    business.files["/files/page"] = ("text/html", b"<html>")
    for name in ("people", "page", "none"):
        await business.sent(Body="words", media=[f"{business.base}/files/{name}"])
    people, page, none = sim.inbox(ANA)
    assert people.people == (("Ana Ruiz", "+34600"), ("Ben, Okoro", ""))
    assert people.text == "Ana Ruiz, Ben, Okoro"
    assert [one.name for one in sim.view(people).people] == ["Ana Ruiz", "Ben, Okoro"]
    assert (page.text, none.text) == ("words", "words")


def test_the_host_of_files_is_named(sim: TwilioSimulator) -> None:
    """For whoever has to allow it: the API's address is in the settings, this one is not."""
    assert tuple(sim.hosts) == (sim.media_base,)
    assert sim.media_base not in sim.channel_settings().values()
