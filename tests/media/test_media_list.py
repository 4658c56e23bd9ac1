"""Files over HTTP: which there are."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.house import ANA, House, running, until
from tests.support.postgres import Urls

MEDIA = "/api/v1/media"


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """Tenants duka and soko, once on each database."""
    house = House(tmp_path, store_urls)
    house.media = {"max_size": 300_000}
    async for made in running(house):
        yield made


async def listed(house: House, tenant: str = "duka", **query: str) -> list[dict[str, Any]]:
    """The files that the API lists."""
    code, answer = await house.api("GET", MEDIA, tenant=tenant, params=query)
    assert code == 200, answer
    items: list[dict[str, Any]] = answer["items"]
    return items


async def test_the_list(any_house: House) -> None:
    """Newest first, each as it is shown alone; by kind, by message, by state; nobody else's."""
    house = any_house
    made = []
    for n in range(3):
        _, file = await house.api(
            "POST", MEDIA, data=f"%PDF-1.7 {n}".encode(), params={"filename": f"{n}.pdf"}
        )
        made.append(file["id"])
    await house.sim.sends(ANA, "image", caption="Front door")

    async def kept() -> Any:
        return await listed(house, kind="image", state="stored")

    [picture] = await until(kept, "the picture is kept")
    assert (await house.api("DELETE", f"{MEDIA}/{made[0]}"))[0] == 200
    whole = await listed(house)
    assert [each["id"] for each in whole] == [picture["id"], *made[::-1]]
    assert set(whole[0]) == {
        "id", "state", "reason", "kind", "message", "mime_type", "size", "filename", "sha256", "visibility",
        "link", "at",
    }  # fmt: skip
    for query, found in (
        ({"kind": "upload"}, made[::-1]), ({"kind": "link"}, []), ({"state": "deleted"}, made[:1]),
        ({"message": picture["message"]}, [picture["id"]]), ({"message": "x"}, []),
        ({"message": picture["message"], "kind": "upload"}, []),
    ):  # fmt: skip
        assert [each["id"] for each in await listed(house, **query)] == found, query
    assert await listed(house, tenant="soko") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"kind": "film"}, "bad_kind"), ({"state": "lost"}, "bad_state"), ({"limit": "1000"}, "bad_limit"),
        ({"cursor": "x"}, "bad_cursor"), ({"tenant": "soko"}, "unknown_parameter"),
    ],
)  # fmt: skip
async def test_bad_queries(any_house: House, query: dict[str, str], code: str) -> None:
    """A parameter that cannot be meant is a 400 that says which."""
    status, answer = await any_house.api("GET", MEDIA, params=query)
    assert (status, answer["code"]) == (400, code)


async def test_a_deletion_is_written_down_once(any_house: House) -> None:
    """With who did it; a second time there is nothing to be written down."""
    house = any_house
    _, file = await house.api("POST", MEDIA, data=b"%PDF-1.7")
    for _ in range(2):
        assert (await house.api("DELETE", f"{MEDIA}/{file['id']}"))[0] == 200
    notes = "select actor, object from audit where action = 'media.delete' and tenant = 'duka'"
    [(actor, about)] = await house.rows(notes)
    assert actor.startswith("key:")
    assert about == f"media:{file['id']}"


async def test_what_is_too_large_in_any_wrapping(any_house: House) -> None:
    """A form without a length, and a body that would unpack to more: nothing of them is kept."""
    house = any_house

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    form = aiohttp.FormData()
    form.add_field("file", pieces(), filename="a.bin", content_type="application/octet-stream")
    code, answer = await house.api("POST", MEDIA, data=form)
    assert (code, answer["code"]) == (413, "too_large")
    packed = gzip.compress(b"x" * 10_000_000)
    code, answer = await house.api("POST", MEDIA, data=packed, headers={"Content-Encoding": "gzip"})
    assert (code, answer["code"]) == (415, "encoded_body")
    assert await listed(house) == []
