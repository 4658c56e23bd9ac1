"""One file from where it is: asked of the provider, fetched by the safe client, asked again by its id."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Protocol

import msgspec
from msgspec import Struct

from gateway.channels import Channel, Channels
from gateway.media.patience import Failure, Reason, reason_of
from gateway.media.spill import Spill, TooLarge
from gateway.model.inbound import Media
from gateway.net import Blocked, Fetched, FetchFailed, SafeClient
from gateway.observe import get_logger
from gateway.provider import Download, MediaSource, ProviderError, Steps
from gateway.store.port import Row

log = get_logger("gateway.media")
_source = msgspec.json.Decoder(Media)

#: What a server says of an address that has expired.
_STALE: dict[int, Reason] = {
    400: "unavailable", 401: "unauthorized", 403: "unauthorized", 404: "gone", 410: "gone"
}  # fmt: skip


class Ask(Protocol):
    """Has work at a provider done."""

    def __call__(self, steps: Steps[Download], channel: Channel, /) -> Awaitable[Download]: ...


class Job(Struct, frozen=True):
    """A file to fetch: its row, as it was claimed."""

    tenant: str
    id: str
    message: str
    channel: str
    kind: str
    media: Media
    told: str
    filename: str
    tries: int
    created_at: int

    @classmethod
    def of(cls, row: Row) -> Job:
        """The job of a claimed row."""
        return cls(
            row["tenant"], row["id"], row["message"], row["channel"], row["kind"],
            _source.decode(row["source"]), row["told"], row["filename"], row["tries"], row["created_at"],
        )  # fmt: skip


class Getter:
    """Gets files. *insecure* lets customers' links be http."""

    def __init__(self, channels: Channels, ask: Ask, client: SafeClient, *, insecure: bool) -> None:
        self._channels, self._ask, self._client, self._insecure = channels, ask, client, insecure

    async def get(self, job: Job, into: Spill) -> Fetched:
        """Write the bytes of *job* into a spill; what was said of them. Raises `Failure`."""
        if job.kind == "link":
            return await self._fetch(Download(job.media.url), into, insecure=self._insecure)
        try:
            return await self._fetch(await self._locate(job, False), into)
        except _Stale:
            return await self._fetch(await self._locate(job, True), into)

    async def _locate(self, job: Job, again: bool) -> Download:
        channel = self._channels.get(job.tenant, job.channel)
        if channel is None:
            raise Failure("no_channel", f"there is no channel {job.channel!r} now")
        source: MediaSource | None = getattr(channel.provider, "media", None)
        if source is None:
            raise Failure("no_source", f"{channel.provider.name} tells of no files")
        try:
            return await self._ask(source.locate(job.media, channel.settings(), again), channel)
        except ProviderError as error:
            if error.kind in ("auth", "permission"):
                self._channels.refresh_from_file()
            raise Failure(reason_of(error.kind), str(error), error.retry_after or 0.0) from error
        except Exception as error:  # a provider's bug costs a file's delay, not the stage
            log.exception("media.provider_raised", provider=channel.provider.name, media_id=job.id)
            raise Failure("unavailable", type(error).__name__) from error

    async def _fetch(self, place: Download, into: Spill, *, insecure: bool = True) -> Fetched:
        try:
            return await self._client.fetch(
                place.url, into.write, headers=place.headers, trusted=place.trusted, insecure=insecure
            )
        except Blocked as error:
            raise Failure("blocked", str(error)) from error
        except TooLarge as error:
            raise Failure("too_large", str(error)) from error
        except FetchFailed as error:
            if error.status in _STALE:
                raise _Stale(_STALE[error.status], str(error)) from error
            raise Failure("unavailable", str(error), error.retry_after) from error


class _Stale(Failure):
    """The address does not work (any more); another may. Nothing was written yet."""
