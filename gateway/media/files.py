"""`Files`: what the rest of the gateway asks of the files that it keeps."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from gateway.clock import SECOND, Clock
from gateway.media import check, images, names
from gateway.media.keep import FileMissing, Keep, KeepUnavailable
from gateway.media.queries import MEDIA
from gateway.media.record import MediaFile, Visibility, media_of
from gateway.media.spill import Spilled, TooLarge, clear, measured, spilling
from gateway.media.tokens import LONGEST, Tokens
from gateway.model.capability import MediaLimit
from gateway.model.ids import new_id
from gateway.provider import ProviderError, StoredFile
from gateway.settings import Settings
from gateway.store.port import Row, Store, Tx

#: How many locks guard what is put and dropped; a hash has one of them.
_LOCKS = 64
#: A picture that tells more than the picture: where and with what it was taken.
_TELLTALES = (b"Exif\0\0", b"eXIf", b"http://ns.adobe.com/xap/")

#: What somebody does in the transaction of a deletion, at this moment (microseconds UTC).
Beside = Callable[[Tx, int], Awaitable[None]]


class Files:
    """The files of all tenants: kept by `Keep`, known by the table `media`."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings.media
        self.scratch = settings.server.spool / "media"
        self._store, self._clock = store, clock
        self.clock = clock
        self._public_url = (settings.media.public_url or settings.server.public_url).rstrip("/")
        self.keeper = Keep(settings.media.store, settings.media.options)
        self.tokens = Tokens(settings.server.secret) if settings.server.secret else None
        self._images = images.Images()
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]

    async def open(self) -> None:
        """Remove what a process that died left half written."""
        await asyncio.to_thread(clear, self.scratch)

    async def keep(
        self,
        tenant: str,
        data: bytes,
        *,
        filename: str = "",
        visibility: Visibility = "private",
        told: str = "",
    ) -> StoredFile:
        """Keep *data*. The same bytes under the same name are one file. Raises `ProviderError` ("media")
        for what is too large."""
        limit = self.settings.max_size
        try:
            async with spilling(self.scratch, limit) as spill:
                await spill.write(data)
                return await self.take(tenant, await spill.done(), filename, visibility, told)
        except TooLarge:
            raise _refused(f"the file has {len(data)} bytes; [media] max_size is {limit}") from None

    async def take(
        self, tenant: str, spilled: Spilled, filename: str, visibility: Visibility, told: str = ""
    ) -> StoredFile:
        """Keep a file that is on disk already."""
        filename, now = names.harmless(filename), self._clock.now()
        mime = check.sniff(spilled.head, told, filename)
        row = {
            "tenant": tenant, "id": new_id(), "message": "", "channel": "", "kind": "upload", "source": "",
            "state": "stored", "told": told[:200], "mime_type": mime, "size": spilled.size,
            "sha256": spilled.sha256, "filename": filename, "visibility": visibility, "next_at": 0,
            "now": now, "stored_at": now,
        }  # fmt: skip

        async def work(tx: Tx) -> str:
            known = await tx.one(
                MEDIA["same"], tenant=tenant, sha256=spilled.sha256, filename=filename, mime_type=mime,
                visibility=visibility,
            )  # fmt: skip
            if known is not None:
                await tx.run(MEDIA["renew"], tenant=tenant, id=known["id"], now=now)
                return str(known["id"])
            await tx.run(MEDIA["add"], **row)
            return str(row["id"])

        async with self.lock(spilled.sha256):
            await self.keeper.put(tenant, spilled.sha256, spilled.path)
            identifier = await self._store.scope(tenant).write(work)
        return StoredFile(identifier, mime, spilled.size, spilled.sha256, filename)

    async def find(self, tenant: str, id: str) -> MediaFile | None:
        """What is known of a file, in whatever state it is."""
        row = await self._store.scope(tenant).read(lambda tx: tx.one(MEDIA["one"], id=id))
        return media_of(row) if row is not None else None

    async def file(self, tenant: str, id: str) -> StoredFile:
        """A file that is kept. Raises `ProviderError` ("media") when there is none."""
        found = await self.find(tenant, id)
        if found is None or found.state != "stored":
            why = f"is {found.state}" if found is not None else "does not exist"
            raise _refused(f"the stored file {id[:64]!r} {why}")
        return found.file()

    async def content(self, tenant: str, id: str) -> AsyncIterator[bytes]:
        """The bytes of a file that is kept. Raises `ProviderError` ("media")."""
        file = await self.file(tenant, id)
        try:
            async for piece in self.keeper.content(tenant, file.sha256):
                yield piece
        except FileMissing as error:
            raise _refused(str(error)) from error
        except KeepUnavailable as error:
            raise ProviderError("unavailable", title=str(error)) from error

    async def link(self, tenant: str, id: str, seconds: float = LONGEST) -> str:
        """A public address of a file that is kept: of a private one for *seconds* (at most 600), of a public
        one for ever. Raises `ProviderError` ("media") when there is none."""
        found = await self.find(tenant, id)
        if found is None or found.state != "stored":
            await self.file(tenant, id)
            raise AssertionError
        address = self.address(tenant, found, seconds)
        if not address.startswith("http"):
            raise _refused(
                "the gateway has no public address, so nobody could follow a link to the file",
                "write [server] public_url in gateway.toml",
            )
        return address

    def address(self, tenant: str, file: MediaFile, seconds: float = LONGEST) -> str:
        """The link of *file*; only its path when the gateway has no public address."""
        assert self.tokens is not None
        until = 0
        if file.visibility == "private":
            until = int(self._clock.now() // SECOND + min(max(seconds, 1.0), LONGEST))
        return f"{self._public_url}/media/{self.tokens.make(tenant, file.id, until)}"

    def lasting(self, tenant: str, id: str, until: int) -> str:
        """A link to a private file that works until a moment (microseconds UTC): for who was promised more
        than the ten minutes of `link`. Only its path when the gateway has no public address."""
        assert self.tokens is not None
        return f"{self._public_url}/media/{self.tokens.make(tenant, id, until // SECOND)}"

    async def fitted(self, tenant: str, id: str, limit: MediaLimit) -> StoredFile:
        """The file itself when *limit* takes it, else a smaller picture made of it, which is kept too.
        Raises `ProviderError` ("media") naming the limit."""
        file = await self.file(tenant, id)
        fits = images.taken(file.mime_type, limit) and file.size <= limit.size
        if file.mime_type not in images.READABLE:
            if fits:
                return file
            raise _refused(_too_much(file, limit))
        variant = _variant(file, limit)
        try:
            if fits and not await self._tells(tenant, file):
                return file
            known = await self.find(tenant, variant)
            if known is not None and known.state == "stored":
                return known.file()
            return await self._made(tenant, file, limit, variant)
        except images.Unfit as error:
            raise _refused(f"{_too_much(file, limit)}, and {error}") from error
        except FileMissing as error:
            raise _refused(str(error)) from error
        except KeepUnavailable as error:
            raise ProviderError("unavailable", title=str(error)) from error

    async def _tells(self, tenant: str, file: StoredFile) -> bool:
        """Whether a picture carries more than the picture near its beginning."""
        head = b""
        async for piece in self.keeper.content(tenant, file.sha256, 0, min(file.size, 65_536)):
            head += piece
        return any(mark in head for mark in _TELLTALES)

    async def _made(self, tenant: str, file: StoredFile, limit: MediaLimit, variant: str) -> StoredFile:
        """A smaller picture of *file*, kept under the id *variant*."""
        async with spilling(self.scratch, file.size) as source, spilling(self.scratch, limit.size) as target:
            async for piece in self.keeper.content(tenant, file.sha256):
                await source.write(piece)
            original = await source.done()
            mime = await self._images.fit(original.path, target.path, limit)
            made, now = await measured(target.path), self._clock.now()
            filename = _renamed(file.filename, mime)
            row = {
                "tenant": tenant, "id": variant, "source": file.id, "mime_type": mime, "size": made.size,
                "sha256": made.sha256, "filename": filename, "now": now,
            }  # fmt: skip
            async with self.lock(made.sha256):
                await self.keeper.put(tenant, made.sha256, made.path)
                await self._store.scope(tenant).write(lambda tx: tx.run(MEDIA["put_variant"], **row))
        return StoredFile(variant, mime, made.size, made.sha256, filename)

    async def delete(
        self, tenant: str, id: str, reason: str = "deleted", beside: Beside | None = None
    ) -> bool:
        """Forget a file and what was made of it: their links say that they are gone, and their bytes go
        unless another file has the same. False when it is gone already; bytes that could not go then do so
        now. *beside* is done in the same transaction, when it was still there. Raises `KeepUnavailable`."""
        row: dict[str, Any] = {"tenant": tenant, "id": id, "reason": reason, "now": self._clock.now()}

        async def work(tx: Tx) -> tuple[bool, list[Row]]:
            found = bool(await tx.each(MEDIA["delete"], [row]))
            await tx.run(MEDIA["delete_variants"], **row)
            if found and beside is not None:
                await beside(tx, row["now"])
            return found, await tx.all(MEDIA["hashes"], tenant=tenant, id=id)

        found, rows = await self._store.scope(tenant).write(work)
        for each in rows:
            await self.drop(tenant, each["sha256"])
        return found

    async def drop(self, tenant: str, sha256: str) -> None:
        """Let bytes go that no file needs."""
        async with self.lock(sha256):
            needed = await self._store.scope(tenant).read(lambda tx: tx.value(MEDIA["needed"], sha256=sha256))
            if not needed:
                await self.keeper.drop(tenant, sha256)

    def lock(self, sha256: str) -> asyncio.Lock:
        """Held while the bytes of this hash are put and their row is written, or while they go."""
        return self._locks[int(sha256[:8], 16) % _LOCKS]


def _variant(file: StoredFile, limit: MediaLimit) -> str:
    """The id of what *limit* makes of *file*: the same each time."""
    text = f"{file.id}|{file.sha256}|{limit.size}|{','.join(sorted(limit.types))}"
    return f"fit-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _renamed(filename: str, mime: str) -> str:
    stem = filename.rpartition(".")[0] or filename
    return names.shown("", mime, stem) if stem else ""


def _too_much(file: StoredFile, limit: MediaLimit) -> str:
    """Why *limit* does not take *file*."""
    if not images.taken(file.mime_type, limit):
        return f"the channel takes {', '.join(limit.types)} here, and the file is {file.mime_type}"
    return f"the channel takes at most {limit.size} bytes here, and the file has {file.size}"


def _refused(title: str, hint: str = "") -> ProviderError:
    return ProviderError("media", title=title, hint=hint)
