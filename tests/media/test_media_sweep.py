"""What is kept too long goes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.clock import DAY, ManualClock
from gateway.media.files import Files
from gateway.media.keep import Keep, KeepUnavailable
from gateway.media.sweep import Sweep
from gateway.provider import ProviderError
from gateway.store.port import Store
from tests.pipeline.world import rows

DAYS = 86_400


async def test_old_files_go_and_are_remembered_for_a_while(
    files: Files, store: Store, clock: ManualClock, blobs: Callable[[], list[str]]
) -> None:
    """Private ones after 90 days without use, with their bytes; their rows as long again after that."""
    old = await files.keep("duka", b"old")
    used = await files.keep("duka", b"used")
    public = await files.keep("duka", b"public", visibility="public")
    clock.advance(80 * DAYS)
    assert (await files.keep("duka", b"used")).id == used.id
    sweep = Sweep(files, store, clock)

    async def swept() -> int:
        return (await sweep.page("duka", clock.now() - 90 * DAY))[0]

    assert await swept() == 0
    clock.advance(11 * DAYS)

    assert await sweep.page("soko", clock.now()) == (0, False), "another tenant's"
    assert await swept() == 1
    assert await swept() == 0

    assert len(blobs()) == 2
    with pytest.raises(ProviderError, match="is deleted"):
        await files.file("duka", old.id)
    assert (await files.file("duka", public.id)).size == 6
    clock.advance(91 * DAYS)
    await swept()
    left = await rows(store, "select id, state from media where tenant = tenant")
    assert {(row["id"], row["state"]) for row in left} == {(used.id, "deleted"), (public.id, "stored")}


async def test_bytes_that_could_not_go_go_later(
    files: Files, store: Store, clock: ManualClock, blobs: Callable[[], list[str]]
) -> None:
    """The store was away when a file was deleted: deleting it again, or the sweep, removes what is left."""
    kept = [await files.keep("duka", name) for name in (b"one", b"two")]
    there, files.keeper = files.keeper, Away("", {})
    for each in kept:
        with pytest.raises(KeepUnavailable):
            await files.delete("duka", each.id)
    files.keeper = there
    assert len(blobs()) == 2

    await files.delete("duka", kept[0].id)
    assert len(blobs()) == 1
    clock.advance(91 * DAYS)
    await Sweep(files, store, clock).page("duka", clock.now() - 90 * DAY)
    assert blobs() == []
    assert await rows(store, "select id from media where tenant = tenant") == []


class Away(Keep):
    """A store that nobody reaches."""

    async def drop(self, tenant: str, sha256: str) -> None:
        """Fail."""
        raise KeepUnavailable("away")
