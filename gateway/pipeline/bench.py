"""What work at a provider may use beside HTTP: the notes of its provider, files that we keep, our address."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Protocol

from gateway.channels import Channel
from gateway.clock import SECOND, Clock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.capability import MediaLimit
from gateway.observe import get_logger
from gateway.pipeline.queries import NOTE
from gateway.provider import ProviderError, StoredFile
from gateway.store.port import Store, Tx

log = get_logger("gateway.bench")


class Files(Protocol):
    """The files that the gateway keeps. Raises `ProviderError` ("media") for one that is not there."""

    async def file(self, tenant: str, id: str) -> StoredFile: ...

    async def fitted(self, tenant: str, id: str, limit: MediaLimit) -> StoredFile: ...

    def content(self, tenant: str, id: str) -> AsyncIterator[bytes]: ...

    async def link(self, tenant: str, id: str, seconds: float) -> str: ...


@contextmanager
def _tried_later() -> Iterator[None]:
    """Trouble of ours is no answer of the provider's: nothing was sent, and it is tried again."""
    try:
        yield
    except (StoreUnavailable, SerializationFailure) as error:
        raise ProviderError("unavailable", title="the database is away") from error
    except OSError as error:
        raise ProviderError("unavailable", title=f"a file is not at hand: {type(error).__name__}") from error


class ChannelBench:
    """The `Bench` of one channel's work. *public_url* is "" when providers cannot reach us."""

    def __init__(self, channel: Channel, store: Store, clock: Clock, files: Files, public_url: str) -> None:
        self._channel, self._store, self._clock, self._files = channel, store, clock, files
        self._public_url = public_url.rstrip("/")

    async def recall(self, key: str) -> str:
        """A note; "" when there is none."""
        values = {**self._key(key), "now": self._clock.now()}
        with _tried_later():
            found = await self._store.read(lambda tx: tx.value(NOTE["recall"], **values))
        return str(found or "")

    async def note(self, key: str, value: str, seconds: float) -> None:
        """Keep a note; losing one costs another upload, so a database that is away stops nobody."""
        row = {**self._key(key), "value": value, "until": self._clock.now() + int(seconds * SECOND)}

        async def work(tx: Tx) -> None:
            await (tx.run(NOTE["keep"], **row) if value else tx.run(NOTE["drop"], **self._key(key)))

        try:
            await self._store.write(work)
        except (StoreUnavailable, SerializationFailure):
            log.info("bench.not_noted", tenant=self._channel.tenant, provider=self._channel.provider.name)

    async def file(self, id: str, kind: str) -> StoredFile:
        """What is known of a file; in a form that goes as *kind*, if that is given."""
        limit = self._channel.provider.capabilities.media.get(kind)
        with _tried_later():
            if limit is None:
                return await self._files.file(self._channel.tenant, id)
            return await self._files.fitted(self._channel.tenant, id, limit)

    async def content(self, id: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces."""
        with _tried_later():
            async for piece in self._files.content(self._channel.tenant, id):
                yield piece

    async def link(self, id: str, kind: str, seconds: float) -> str:
        """A public address of a file."""
        file = await self.file(id, kind)
        with _tried_later():
            return await self._files.link(self._channel.tenant, file.id, seconds)

    def callback(self) -> str:
        """Where the channel's webhooks come to; "" when nobody could call it."""
        if not self._public_url:
            return ""
        return f"{self._public_url}/webhooks/{self._channel.provider.name}/{self._channel.id}"

    def _key(self, key: str) -> dict[str, object]:
        return {"tenant": self._channel.tenant, "provider": self._channel.provider.name, "key": key}
