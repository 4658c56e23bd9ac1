"""What work at a provider may use: notes that last, our own address, and files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.clock import ManualClock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media.files import Files
from gateway.model.capability import MediaLimit
from gateway.pipeline.bench import ChannelBench
from gateway.provider import ProviderError, StoredFile
from gateway.store.port import Store
from tests.pipeline.world import channels_of, settings_of


def _bench(store: Store, tmp_path: Path, clock: ManualClock, public_url: str = "") -> ChannelBench:
    settings = settings_of(tmp_path)
    (channel,) = channels_of(settings)
    return ChannelBench(channel, store, clock, Files(settings, store, clock), public_url)


async def test_notes_last_until_their_time_is_over(store: Store, tmp_path: Path, clock: ManualClock) -> None:
    """A note is found again by another bench of the same provider, replaced, forgotten, and runs out."""
    first, second = _bench(store, tmp_path, clock), _bench(store, tmp_path, clock)
    assert await first.recall("upload:1") == ""
    await first.note("upload:1", "id-1", 60.0)
    await first.note("upload:2", "id-2", 3600.0)
    assert await second.recall("upload:1") == "id-1"
    await second.note("upload:1", "id-9", 60.0)
    assert await first.recall("upload:1") == "id-9"
    clock.advance(61)
    assert (await first.recall("upload:1"), await first.recall("upload:2")) == ("", "id-2")
    await first.note("upload:2", "", 0.0)
    assert await second.recall("upload:2") == ""


async def test_the_callback_is_made_of_the_public_address(
    store: Store, tmp_path: Path, clock: ManualClock
) -> None:
    """Without one there is none: nobody could call it."""
    assert _bench(store, tmp_path, clock).callback() == ""
    there = _bench(store, tmp_path, clock, "https://gw.example.com/")
    assert there.callback() == "https://gw.example.com/webhooks/fake/main"


async def test_a_file_that_is_not_there_is_a_refusal(
    store: Store, tmp_path: Path, clock: ManualClock
) -> None:
    """The work ends with a media error, which is never tried again."""
    bench = _bench(store, tmp_path, clock)
    with pytest.raises(ProviderError, match="does not exist") as caught:
        await bench.file("no-such-file", "image")
    assert caught.value.kind == "media"


class Away:
    """Files that nobody reaches."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def file(self, tenant: str, id: str) -> StoredFile:
        """Raise."""
        raise self.error

    async def fitted(self, tenant: str, id: str, limit: MediaLimit) -> StoredFile:
        """Raise."""
        raise self.error

    async def link(self, tenant: str, id: str, seconds: float) -> str:
        """Raise."""
        raise self.error

    async def content(self, tenant: str, id: str) -> AsyncIterator[bytes]:
        """Raise in the middle."""
        yield b"x"
        raise self.error


@pytest.mark.parametrize("error", [StoreUnavailable("away"), SerializationFailure("x"), OSError("disk full")])
async def test_files_that_are_not_at_hand_are_tried_later(
    store: Store, tmp_path: Path, clock: ManualClock, error: Exception
) -> None:
    """Nothing was sent, so nobody is in doubt."""
    (channel,) = channels_of(settings_of(tmp_path))
    bench = ChannelBench(channel, store, clock, Away(error), "")

    async def content() -> None:
        async for _ in bench.content("f"):
            pass

    for work in (bench.file("f", ""), bench.link("f", "", 60), content()):
        with pytest.raises(ProviderError) as caught:
            await work
        assert caught.value.kind == "unavailable"
