"""What the gateway keeps: each file once for a tenant, found by its id, gone when it is deleted."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PIL import Image

from gateway.clock import ManualClock
from gateway.media.files import Files
from gateway.model.capability import MediaLimit
from gateway.provider import ProviderError
from gateway.settings import Settings
from gateway.store.port import Store
from tests.media.pictures import noise, vast

PICTURE = MediaLimit(("image/jpeg", "image/png"), 60_000)
Blobs = Callable[[], list[str]]


async def read(files: Files, id: str, tenant: str = "duka") -> bytes:
    """All bytes of a file."""
    return b"".join([piece async for piece in files.content(tenant, id)])


async def test_what_is_kept_is_read_back(files: Files, blobs: Blobs) -> None:
    """With its type by its bytes, its size, its hash; in the tenant's own folder."""
    kept = await files.keep("duka", b"%PDF-1.7 a price list", filename="../../prices\u202efdp.pdf")

    assert (kept.mime_type, kept.size, kept.filename) == ("application/pdf", 21, "pricesfdp.pdf")
    assert await read(files, kept.id) == b"%PDF-1.7 a price list"
    assert await files.file("duka", kept.id) == kept
    assert blobs() == [f"duka/{kept.sha256[:2]}/{kept.sha256}"]


async def test_the_same_bytes_are_kept_once_for_a_tenant(files: Files, blobs: Blobs) -> None:
    """Again under the same name is the same file; another name or tenant is another, with its own bytes
    for the tenant."""
    first = await files.keep("duka", b"hello", filename="a.txt")

    assert (await files.keep("duka", b"hello", filename="a.txt")).id == first.id
    second = await files.keep("duka", b"hello", filename="b.txt")
    other = await files.keep("soko", b"hello", filename="a.txt")
    assert len({first.id, second.id, other.id}) == 3
    assert len(blobs()) == 2


async def test_another_tenants_file_does_not_exist(files: Files) -> None:
    """Neither its bytes, nor its description, nor a link."""
    kept = await files.keep("duka", b"hello")

    for ask in (files.file("soko", kept.id), read(files, kept.id, "soko"), files.link("soko", kept.id, 60)):
        with pytest.raises(ProviderError, match="does not exist"):
            await ask
    assert not await files.delete("soko", kept.id)


async def test_a_deleted_file_is_gone(files: Files, blobs: Blobs) -> None:
    """Its bytes go with the last file that has them."""
    first = await files.keep("duka", b"hello", filename="a.txt")
    second = await files.keep("duka", b"hello", filename="b.txt")

    assert await files.delete("duka", first.id)
    assert len(blobs()) == 1
    assert await read(files, second.id) == b"hello"
    assert await files.delete("duka", second.id)
    assert blobs() == []
    with pytest.raises(ProviderError, match="is deleted"):
        await files.file("duka", first.id)
    assert not await files.delete("duka", first.id)
    assert (await files.keep("duka", b"hello", filename="a.txt")).id != first.id


async def test_what_was_made_of_a_deleted_file_goes_too(files: Files, blobs: Blobs) -> None:
    """A smaller picture of it is the same picture: its link ends, and its bytes go."""
    kept = await files.keep("duka", noise(500, 400), filename="shop.jpeg")
    made = await files.fitted("duka", kept.id, PICTURE)
    assert len(blobs()) == 2

    assert await files.delete("duka", kept.id)

    assert blobs() == []
    with pytest.raises(ProviderError, match="is deleted"):
        await files.link("duka", made.id)


async def test_what_is_too_large_is_not_kept(files: Files, blobs: Blobs, settings: Settings) -> None:
    """The refusal names the limit, and nothing is left behind."""
    with pytest.raises(ProviderError, match="max_size is 1000000"):
        await files.keep("duka", b"x" * 1_000_001)
    assert blobs() == []
    assert list((settings.server.spool / "media").iterdir()) == []


async def test_a_link_needs_a_public_address(settings: Settings, store: Store, clock: ManualClock) -> None:
    """Without one the error says what to write."""
    nowhere = Files(replace(settings, server=replace(settings.server, public_url="")), store, clock)
    kept = await nowhere.keep("duka", b"hello")

    with pytest.raises(ProviderError, match="public_url"):
        await nowhere.link("duka", kept.id, 60)


async def test_a_picture_that_fits_is_left_alone(files: Files) -> None:
    """The very same file."""
    kept = await files.keep("duka", noise(50, 50), filename="a.jpg")

    assert await files.fitted("duka", kept.id, PICTURE) == kept


async def test_a_large_picture_is_made_smaller(files: Files) -> None:
    """Within the limit, of a type that is taken, and the next time it is there already."""
    kept = await files.keep("duka", noise(500, 400), filename="shop.jpeg")
    assert kept.size > PICTURE.size

    made = await files.fitted("duka", kept.id, PICTURE)

    assert made.size <= PICTURE.size
    assert (made.mime_type, made.filename) == ("image/jpeg", "shop.jpg")
    with Image.open(io.BytesIO(await read(files, made.id))) as image:
        assert image.width / image.height == pytest.approx(1.25, 0.02)
    assert await files.fitted("duka", kept.id, PICTURE) == made
    await files.delete("duka", made.id)
    assert (await files.fitted("duka", kept.id, PICTURE)).sha256 == made.sha256
    assert await read(files, made.id)


async def test_a_picture_of_a_type_that_is_not_taken_is_made_into_one(files: Files) -> None:
    """Webp becomes jpeg, and what shines through becomes png."""
    plain = await files.keep("duka", noise(40, 40, "WEBP"))
    clear = await files.keep("duka", noise(40, 40, "WEBP", mode="RGBA"))

    assert (await files.fitted("duka", plain.id, PICTURE)).mime_type == "image/jpeg"
    assert (await files.fitted("duka", clear.id, PICTURE)).mime_type == "image/png"


async def test_a_sticker_is_made_a_square(files: Files) -> None:
    """512 × 512 where nothing but webp is taken."""
    kept = await files.keep("duka", noise(60, 40, "PNG"))

    made = await files.fitted("duka", kept.id, MediaLimit(("image/webp",), 100_000))

    assert made.mime_type == "image/webp"
    with Image.open(io.BytesIO(await read(files, made.id))) as image:
        assert image.size == (512, 512)


async def test_where_a_picture_was_taken_is_not_sent(files: Files) -> None:
    """EXIF goes, also from a picture that fits."""
    kept = await files.keep("duka", noise(60, 40, exif=True))
    assert b"Exif" in await read(files, kept.id)

    made = await files.fitted("duka", kept.id, PICTURE)

    assert b"Exif" not in await read(files, made.id)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (vast(), "50000 × 50000 pixels"),
        (noise(400, 400, "PNG")[:2000] + b"\0" * 70_000, "cannot be read"),
        (b"%PDF-1.7" + b" " * 60_000, "takes image/jpeg, image/png here, and the file is application/pdf"),
        (b"<html><script>alert(1)</script></html>", "the file is application/octet-stream"),
    ],
    ids=["vast", "broken", "document", "markup"],
)
async def test_what_cannot_be_made_to_fit_is_refused(files: Files, data: bytes, told: str) -> None:
    """With the limit, and why."""
    limit = MediaLimit(PICTURE.types, 50) if data[:4] == b"\x89PNG" else PICTURE
    kept = await files.keep("duka", data)

    with pytest.raises(ProviderError, match=told) as refused:
        await files.fitted("duka", kept.id, limit)
    assert refused.value.kind == "media"


async def test_a_document_over_the_limit_is_refused(files: Files) -> None:
    """It names how much is taken, and how much there is."""
    kept = await files.keep("duka", b"%PDF-1.7" + b" " * 1000)

    with pytest.raises(ProviderError, match="at most 500 bytes here, and the file has 1008"):
        await files.fitted("duka", kept.id, MediaLimit(("application/*",), 500))
    assert await files.fitted("duka", kept.id, MediaLimit(("application/*",), 5000)) == kept
