"""Where the bytes of files are: a folder, or an object store, under tenant and hash.

The same bytes are kept once for a tenant, and never shared between tenants: who knows a hash must not
find out whether somebody else has the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from gateway.errors import GatewayError, SettingsError

_TROUBLE = (BaseError, OSError)


class FileMissing(GatewayError):
    """The bytes of a file are not where they should be."""


class KeepUnavailable(GatewayError):
    """Where files are kept does not answer, is full, or refuses us. Nothing counts as kept."""


class _Store(Protocol):
    """What we use of an obstore store."""

    async def put_async(self, path: str, file: Any) -> Any: ...

    async def get_async(self, path: str, *, options: Any = None) -> Any: ...

    async def delete_async(self, paths: str) -> None: ...


class Keep:
    """*store* is a folder or a URL ("s3://bucket/prefix"), *options* go to the object store."""

    def __init__(self, store: str, options: Mapping[str, str]) -> None:
        self._url, self._options = store, dict(options)
        self._store: _Store | None = None

    async def ready(self) -> None:
        """Raise `SettingsError` now for an object store that nobody can use as it is configured."""
        if "://" in self._url:
            await self._open()

    async def put(self, tenant: str, sha256: str, path: Path) -> None:
        """Keep the file at *path* under its hash. Again is the same. Raises `KeepUnavailable`."""
        try:
            await (await self._open()).put_async(key(tenant, sha256), path)
        except _TROUBLE as error:
            raise _unavailable(error) from error

    async def content(
        self, tenant: str, sha256: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The bytes from *start* to before *end*, in pieces. Raises `FileMissing`, `KeepUnavailable`."""
        options = {"range": (start, end)} if end is not None else None
        try:
            found = await (await self._open()).get_async(key(tenant, sha256), options=options)
        except FileNotFoundError:
            raise FileMissing(f"tenant {tenant}: the store has no file {sha256}") from None
        except _TROUBLE as error:
            raise _unavailable(error) from error
        try:
            async for piece in found.stream(min_chunk_size=256 * 1024):
                yield bytes(piece)
        except _TROUBLE as error:
            raise _unavailable(error) from error

    async def drop(self, tenant: str, sha256: str) -> None:
        """Forget the file; it may be gone already."""
        try:
            await (await self._open()).delete_async(key(tenant, sha256))
        except FileNotFoundError:
            pass
        except _TROUBLE as error:
            raise _unavailable(error) from error

    async def _open(self) -> _Store:
        if self._store is None:
            self._store = await asyncio.to_thread(_opened, self._url, self._options)
        return self._store


def _unavailable(error: Exception) -> KeepUnavailable:
    # The words of a store may hold a signed address.
    return KeepUnavailable(f"the store of files is in trouble ({type(error).__name__})")


def key(tenant: str, sha256: str) -> str:
    """Where a file is in the store."""
    return f"{tenant}/{sha256[:2]}/{sha256}"


def _opened(url: str, options: Mapping[str, str]) -> _Store:
    if "://" not in url:
        return LocalStore(Path(url), mkdir=True)  # whose trouble may pass, unlike a word that is wrong
    store: Any
    try:
        plain = options.get("aws_endpoint", options.get("endpoint", "")).startswith("http://")
        # ObjectStore speaks plain HTTP only when it is told so; who writes http:// has said it.
        config: Any = dict(options)
        store = from_url(url, config=config, client_options={"allow_http": plain})
    except Exception as error:  # every store has errors of its own
        raise SettingsError("[media] store", f"{url!r} cannot be used: {error}") from error
    opened: _Store = store
    return opened
