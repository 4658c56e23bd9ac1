"""Where bytes are: a folder, or an object store that speaks S3."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from gateway.errors import SettingsError
from gateway.media.keep import FileMissing, Keep, KeepUnavailable, key
from tests.support.site import listening

SHA = "ab" * 32


class Bucket:
    """As much of S3 as keeping files needs."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.signed: list[str] = []
        self.status = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """PUT, GET with a range, the deletion of a list."""
        name = request.path.removeprefix("/bucket/")
        self.signed.append(request.headers.get("Authorization", "").partition(" ")[0])
        if self.status:
            return web.Response(status=self.status)
        if request.method == "PUT":
            self.objects[name] = await request.read()
            return web.Response(headers={"ETag": '"x"'})
        if request.method == "POST" and "delete" in request.query:
            keys = re.findall(r"<Key>(.*?)</Key>", await request.text())
            for gone in keys:
                self.objects.pop(gone, None)
            told = "".join(f"<Deleted><Key>{gone}</Key></Deleted>" for gone in keys)
            return web.Response(text=f"<DeleteResult>{told}</DeleteResult>", content_type="application/xml")
        if name not in self.objects:
            return web.Response(status=404, text="<Error><Code>NoSuchKey</Code></Error>")
        data, asked = self.objects[name], request.headers.get("Range", "")
        if not asked:
            return web.Response(body=data, headers=_META)
        start, end = (int(each) for each in asked.removeprefix("bytes=").split("-"))
        headers = {**_META, "Content-Range": f"bytes {start}-{end}/{len(data)}"}
        return web.Response(status=206, body=data[start : end + 1], headers=headers)


_META = {"ETag": '"x"', "Last-Modified": "Sat, 21 Nov 2026 08:00:00 GMT"}


@pytest.fixture
async def bucket() -> AsyncIterator[Bucket]:
    """An object store on this machine."""
    made = Bucket()
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/{rest:.*}", made.handle)
    async with listening(app) as made.url:
        yield made


def remote(bucket: Bucket) -> Keep:
    """A keep there."""
    options = {
        "aws_endpoint": bucket.url,
        "access_key_id": "id",
        "secret_access_key": "k",
        "region": "eu-west-1",
    }
    return Keep("s3://bucket/files", options)


async def read(keep: Keep, start: int = 0, end: int | None = None, tenant: str = "duka") -> bytes:
    """What is there."""
    return b"".join([piece async for piece in keep.content(tenant, SHA, start, end)])


@pytest.mark.parametrize("where", ["folder", "bucket", "memory"])
async def test_bytes_are_put_read_and_dropped(bucket: Bucket, tmp_path: Path, where: str) -> None:
    """The same wherever they are; twice is once; gone is gone."""
    keep = {
        "folder": Keep(str(tmp_path / "media"), {}),
        "bucket": remote(bucket),
        "memory": Keep("memory:///", {}),
    }[where]
    (tmp_path / "file").write_bytes(b"x" * 700_000 + b"end")
    await keep.put("duka", SHA, tmp_path / "file")
    await keep.put("duka", SHA, tmp_path / "file")

    assert len(await read(keep)) == 700_003
    assert await read(keep, 699_999, 700_003) == b"xend"
    with pytest.raises(FileMissing):
        await read(keep, tenant="soko")
    await keep.drop("duka", SHA)
    await keep.drop("duka", SHA)
    with pytest.raises(FileMissing):
        await read(keep)


async def test_an_object_store_is_asked_under_our_prefix(bucket: Bucket, tmp_path: Path) -> None:
    """With a signed request, by tenant and hash."""
    (tmp_path / "file").write_bytes(b"x")
    await remote(bucket).put("duka", SHA, tmp_path / "file")

    assert list(bucket.objects) == [f"files/duka/ab/{SHA}"]
    assert set(bucket.signed) == {"AWS4-HMAC-SHA256"}


async def test_a_store_that_refuses_says_so(bucket: Bucket, tmp_path: Path) -> None:
    """As one error of ours, without its words: they may hold an address or a key."""
    (tmp_path / "file").write_bytes(b"x")
    bucket.status = 403
    keep = remote(bucket)

    for work in (keep.put("duka", SHA, tmp_path / "file"), read(keep), keep.drop("duka", SHA)):
        with pytest.raises(KeepUnavailable) as refused:
            await work
        assert "127.0.0.1" not in str(refused.value)


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A file stands where the folder should be: trouble that may pass, whenever it is met."""
    (tmp_path / "media").write_text("in the way")
    (tmp_path / "file").write_bytes(b"x")

    with pytest.raises(KeepUnavailable):
        await Keep(str(tmp_path / "media"), {}).put("duka", SHA, tmp_path / "file")


async def test_an_unknown_store_is_refused(tmp_path: Path) -> None:
    """With the place in the configuration."""
    with pytest.raises(SettingsError, match=r"\[media\] store"):
        await Keep("nonsense://x", {}).put("duka", SHA, tmp_path / "file")


def test_keys_lead_with_the_tenant() -> None:
    """So that one tenant's files can be counted, moved and deleted."""
    assert key("duka", SHA) == f"duka/ab/{SHA}"
