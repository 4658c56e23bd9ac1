"""Pictures of ours that are too large, or tell where they were taken, made fit for a channel.

Each is worked on by a process that does nothing else (`imagework.py`), a few at a time, within a time limit:
neither the event loop nor this process ever decodes a picture.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.errors import GatewayError
from gateway.model.capability import MediaLimit

#: Pictures that are worked on at once, and seconds for each.
AT_ONCE = 2
SECONDS = 30.0
#: Types of pictures that can be made into another.
READABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff"})
_WRITABLE = frozenset({"image/jpeg", "image/png", "image/webp"})
_WORK = Path(__file__).with_name("imagework.py")
#: A sticker's side (wire.md §2.3).
STICKER = 512


class Unfit(GatewayError):
    """A picture that cannot be made to fit; the words say why."""


class _Told(Struct):
    mime_type: str = ""
    unfit: str = ""


class Images:
    """Makes pictures fit."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def fit(self, source: Path, target: Path, limit: MediaLimit) -> str:
        """Write into *target* what *limit* takes of the picture in *source*, without what is not the picture
        (EXIF); its type. Where nothing but webp is taken it is a sticker, a square. Raises `Unfit`."""
        square = STICKER if tuple(limit.types) == ("image/webp",) else 0
        types = sorted(each for each in _WRITABLE if taken(each, limit))
        if not types:
            raise Unfit("the channel takes no pictures of a type that can be written")
        async with self._room:
            return await self._work(str(source), str(target), ",".join(types), str(limit.size), str(square))

    async def _work(self, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", str(_WORK), *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                out, _ = await process.communicate()
        except TimeoutError:
            raise Unfit(f"the picture was not ready within {SECONDS:g} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        try:
            told = msgspec.json.decode(out, type=_Told)
        except msgspec.MsgspecError:
            raise Unfit(f"the picture could not be worked on (exit {process.returncode})") from None
        if told.unfit:
            raise Unfit(told.unfit)
        return told.mime_type


def taken(mime: str, limit: MediaLimit) -> bool:
    """Whether *limit* takes files of the type *mime*: whole, or by its family ("audio/*")."""
    return any(
        each in (mime, "*/*") or (each.endswith("/*") and mime.startswith(each[:-1])) for each in limit.types
    )
