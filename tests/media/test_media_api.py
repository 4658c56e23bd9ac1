"""Files over HTTP: upload, look, link, delete; and what every link says to whoever holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.errors import SettingsError
from gateway.media.tokens import Tokens
from tests.support.house import ANA, House, running, until
from tests.support.postgres import Urls

PDF = b"%PDF-1.7 a price list"
HTML = b"<!DOCTYPE html><script>document.cookie</script>"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Tenants duka and soko, on SQLite."""
    async for made in _started(House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))):
        yield made


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """The same, once on each database."""
    async for made in _started(House(tmp_path, store_urls)):
        yield made


async def _started(house: House) -> AsyncIterator[House]:
    house.server = {"public_url": "https://gw.example.com", "secret": ["n" * 40, "s" * 40]}
    house.media = {"max_size": 300_000}
    async for made in running(house):
        yield made


async def upload(house: House, data: bytes, *, tenant: str = "duka", type_: str = "", **query: str) -> Any:
    """Upload a file; what the API says."""
    headers = {"Content-Type": type_ or "application/octet-stream"}
    code, answer = await house.api(
        "POST", "/api/v1/media", tenant=tenant, data=data, params=query, headers=headers
    )
    assert code == 201, answer
    return answer


async def get(
    house: House, link: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Follow a link."""
    path = link.removeprefix("https://gw.example.com")
    async with house.session.request(method, house.url + path, headers=headers) as answer:
        return answer.status, dict(answer.headers), await answer.read()


async def test_a_file_is_uploaded_and_followed(any_house: House) -> None:
    """The link gives the very bytes, as a download, and each look is written down."""
    house = any_house
    made = await upload(house, PDF, filename="prices.pdf", type_="text/html")

    assert (made["state"], made["mime_type"], made["size"], made["filename"]) == (
        "stored", "application/pdf", len(PDF), "prices.pdf"
    )  # fmt: skip
    assert made["visibility"] == "private"
    status, headers, body = await get(house, made["link"], **{"User-Agent": "Reader/1"})
    assert (status, body) == (200, PDF)
    assert headers["Content-Type"] == "application/pdf"
    assert (
        headers["Content-Disposition"] == "attachment; filename=\"prices.pdf\"; filename*=UTF-8''prices.pdf"
    )
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    [(tenant, media, address, agent)] = await house.rows(
        "select tenant, media, address, agent from media_access where tenant = tenant"
    )
    assert (tenant, media, address, agent) == ("duka", made["id"], "127.0.0.1", "Reader/1")
    assert (await house.api("GET", f"/api/v1/media/{made['id']}"))[1]["sha256"] == made["sha256"]


async def test_nobody_keeps_a_private_file_on_its_way(house: House) -> None:
    """No cache, shared or not; refusals are not cached either."""
    made = await upload(house, PDF)
    _, headers, _ = await get(house, made["link"])
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Vary"] == "*"
    _, headers, _ = await get(house, made["link"] + "x")
    assert headers["Cache-Control"] == "no-store"


async def test_a_form_is_taken_too(house: House) -> None:
    """With the name that the form says."""
    form = aiohttp.FormData({"note": "hello"}, quote_fields=False)
    form.add_field("file", PDF, filename="my prices.pdf", content_type="application/pdf")
    code, made = await house.api("POST", "/api/v1/media", data=form)
    assert (code, made["filename"], made["size"]) == (201, "my prices.pdf", len(PDF))
    empty = aiohttp.FormData()
    empty.add_field("other", b"x", filename="x")
    code, answer = await house.api("POST", "/api/v1/media", data=empty)
    assert (code, answer["code"]) == (400, "no_file")


@pytest.mark.parametrize(
    ("data", "name", "type_"),
    [
        (HTML, "cat.png", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "cat.svg", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><x/>", "a.xml", "text/xml"),
        (b"#!/bin/sh\nrm -rf /", "a.txt", "text/plain"),
        (b"MZ\x90\x00\x03" + b"\0" * 60, "a.pdf", "application/pdf"),
        (HTML.decode().encode("utf-16"), "a.txt", "text/plain"),
    ],
    ids=["html", "svg", "xml", "script", "program", "utf-16"],
)
async def test_what_could_run_is_served_opaque(house: House, data: bytes, name: str, type_: str) -> None:
    """Whatever it calls itself."""
    made = await upload(house, data, filename=name, type_=type_)

    _, headers, body = await get(house, made["link"])
    assert headers["Content-Type"] == made["mime_type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment")
    assert body == data


async def test_names_do_not_break_out_of_the_header(house: House) -> None:
    """Quotes, line breaks, folders, directions."""
    made = await upload(house, PDF, filename='../a"\r\nX-Evil: 1;\u202epricé.pdf')
    _, headers, _ = await get(house, made["link"])

    assert "X-Evil" not in headers
    assert headers["Content-Disposition"].count('"') == 2
    assert "pric%C3%A9.pdf" in headers["Content-Disposition"]


async def test_a_link_opens_one_file_for_a_while(house: House) -> None:
    """Changed, expired, of another tenant, or of a file that is gone: 403, 404, 410."""
    made, other = await upload(house, PDF), await upload(house, PDF, tenant="soko")
    token = made["link"].rpartition("/")[2]
    tokens, stranger = Tokens(["n" * 40]), Tokens(["x" * 40])

    def link(made: Tokens, tenant: str, media: str, until: int) -> str:
        return "/media/" + made.make(tenant, media, until)

    far = 4_000_000_000
    assert (await get(house, link(tokens, "duka", made["id"], far)))[0] == 200
    assert (await get(house, link(Tokens(["s" * 40]), "duka", made["id"], far)))[0] == 200, "an old secret"
    assert (await get(house, link(stranger, "duka", made["id"], far)))[0] == 403
    assert (await get(house, link(tokens, "duka", made["id"], 1_000_000_000)))[0] == 403
    assert (await get(house, link(tokens, "duka", made["id"], 0)))[0] == 403, "private, without an end"
    assert (await get(house, link(tokens, "duka", other["id"], far)))[0] == 404
    assert (await get(house, link(tokens, "duka", "nothing", far)))[0] == 404
    for at in (0, len(token) // 2, len(token) - 1):
        flipped = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert (await get(house, "/media/" + flipped))[0] == 403
    assert (await get(house, "/media/nonsense"))[0] == 403
    code, answer = await house.api("DELETE", f"/api/v1/media/{made['id']}")
    assert (code, answer["state"]) == (200, "deleted")
    assert (await get(house, made["link"]))[0] == 410
    assert (await get(house, other["link"]))[0] == 200


async def test_a_name_behind_a_link_is_what_the_file_is_called(house: House) -> None:
    """When it fits the type: who has the link cannot make a program of a document."""
    made = await upload(house, PDF, filename="prices.pdf")
    for asked, called in (
        ("Offer%2017.PDF", "Offer 17.PDF"),
        ("run.exe", "prices.pdf"),
        ("a%2Fb.pdf", "b.pdf"),
    ):
        status, headers, body = await get(house, f"{made['link']}/{asked}")
        assert (status, body) == (200, PDF)
        assert f'filename="{called}"' in headers["Content-Disposition"]


async def test_a_public_file_has_one_address(house: House) -> None:
    """It stays the same, may be kept on its way for minutes, and ends with the file; looks are not noted."""
    made = await upload(house, PDF, visibility="public")

    assert (await house.api("GET", f"/api/v1/media/{made['id']}"))[1]["link"] == made["link"]
    status, headers, _ = await get(house, made["link"])
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=300")
    assert headers["Content-Disposition"].startswith("attachment")
    assert await house.rows("select 1 from media_access where tenant = tenant") == []
    await house.api("DELETE", f"/api/v1/media/{made['id']}")
    assert (await get(house, made["link"]))[0] == 410


async def test_parts_of_a_file(house: House) -> None:
    """A player asks for them; HEAD says how long the whole is."""
    made = await upload(house, PDF)

    async def part(asked: str) -> tuple[int, str, bytes]:
        status, headers, body = await get(house, made["link"], Range=asked)
        return status, headers.get("Content-Range", ""), body

    size = len(PDF)
    assert await part("bytes=0-3") == (206, f"bytes 0-3/{size}", b"%PDF")
    assert await part("bytes=5-") == (206, f"bytes 5-{size - 1}/{size}", PDF[5:])
    assert await part("bytes=-4") == (206, f"bytes {size - 4}-{size - 1}/{size}", PDF[-4:])
    assert await part("bytes=0-99999") == (200, "", PDF)
    assert (await part("bytes=99999-"))[:2] == (416, f"bytes */{size}")
    for ignored in ("bytes=3-1", "lines=1-2", "bytes=0-1,4-5", "bytes=-", "bytes=x-"):
        assert await part(ignored) == (200, "", PDF)
    status, headers, body = await get(house, made["link"], "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(size), b"")


async def test_another_tenants_file_is_not_there(house: House) -> None:
    """404 for each thing that could be asked, and nothing happens to it."""
    made = await upload(house, PDF)

    for method in ("GET", "DELETE"):
        code, answer = await house.api(method, f"/api/v1/media/{made['id']}", tenant="soko")
        assert (code, answer["code"]) == (404, "no_such_media")
    assert (await house.api("GET", "/api/v1/media/" + "x" * 80))[0] == 404
    assert (await get(house, made["link"]))[0] == 200


async def test_what_is_too_large_is_refused(house: House, tmp_path: Path) -> None:
    """Also when it does not say so before; nothing of it stays."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    code, answer = await house.api("POST", "/api/v1/media", data=b"x" * 700_000)
    assert (code, answer["code"]) == (413, "too_large")
    code, answer = await house.api("POST", "/api/v1/media", data=pieces())
    assert (code, answer["code"]) == (413, "too_large")
    assert "300000 bytes" in answer["detail"]
    assert await house.rows("select 1 from media where tenant = tenant") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [({"visibility": "everybody"}, "bad_visibility"), ({"name": "a"}, "unknown_parameter")],
)
async def test_odd_uploads_are_refused(house: House, query: dict[str, str], code: str) -> None:
    """With what is wrong."""
    status, answer = await house.api("POST", "/api/v1/media", data=PDF, params=query)
    assert (status, answer["code"]) == (400, code)
    status, answer = await house.api("POST", "/api/v1/media", data=b"")
    assert (status, answer["code"]) == (422, "empty")
    async with house.session.post(house.url + "/api/v1/media", data=PDF) as refused:
        assert refused.status == 401


async def test_a_message_shows_its_file(any_house: House) -> None:
    """In the list and alone: its state, and a link once it is kept."""
    house = any_house
    await house.sim.sends(ANA, "image", caption="Front door")

    async def shown() -> Any:
        _, answer = await house.api("GET", params={"direction": "in"})
        files = [item["media"] for item in answer["items"] if item["type"] == "image"]
        return [file for file in files if file["state"] == "stored"]

    [file] = await until(shown, "the picture is kept")
    assert file["mime_type"] == "image/jpeg"
    status, headers, body = await get(house, file["link"])
    assert (status, len(body), headers["Content-Type"]) == (200, file["size"], "image/jpeg")
    _, message = await house.api("GET", f"/api/v1/messages/{file['message']}")
    assert message["media"]["sha256"] == file["sha256"]
    await house.sim.says(ANA, "and a text")

    async def texts() -> Any:
        _, answer = await house.api("GET", params={"direction": "in"})
        return [item for item in answer["items"] if item["type"] == "text"]

    assert "media" not in (await until(texts))[0]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://example.com/a.jpg", "https"),
        ("https://127.0.0.1/a.jpg", "public address"),
        ("https://2130706433/a.jpg", "public address"),
        ("https://example.com:22/a.jpg", "port"),
        ("https://me@example.com/a.jpg", "user"),
        ("file:///etc/passwd", "https"),
    ],
)
async def test_a_link_that_must_not_be_is_refused_when_it_is_saved(house: House, url: str, told: str) -> None:
    """422, with the place and the reason."""
    code, answer = await house.api("POST", "/api/v1/media/fetch", json={"url": url})

    assert (code, answer["code"], answer["errors"][0]["pointer"]) == (422, "link_refused", "/url")
    assert told in answer["detail"]
    assert (await house.api("POST", "/api/v1/media/fetch", json={"link": url}))[0] == 422
    assert (await house.api("POST", "/api/v1/media/fetch", data=b"{"))[0] == 400


async def test_a_link_is_fetched(tmp_path: Path, house: House) -> None:
    """Where the operator allows it: first it is pending, then it is there."""
    await house.stop()
    place = house.sim.api_base
    house.media["internal"] = [place]
    await house.start()
    code, made = await house.api(
        "POST", "/api/v1/media/fetch", json={"url": f"{place}/nothing", "filename": "a.json"}
    )
    assert (code, made["state"], made["link"], made["filename"]) == (202, "pending", None, "a.json")

    async def tried() -> Any:
        _, file = await house.api("GET", f"/api/v1/media/{made['id']}")
        return file["reason"]

    assert await until(tried) in ("gone", "unauthorized", "unavailable")


async def test_a_store_that_cannot_be_is_refused_at_start(tmp_path: Path) -> None:
    """With its place in the configuration, before anything is taken in."""
    house = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    house.line("duka")
    house.media = {"store": "nonsense://x"}
    try:
        with pytest.raises(SettingsError, match=r"\[media\] store"):
            await house.start()
    finally:
        await house.close()
