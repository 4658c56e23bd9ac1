"""The bytes of a backup: compressed, and encrypted when there is a key.

Without a key a backup is a plain .tar.gz. With one it is a head, then chunks of AES-256-GCM in the STREAM
construction: the nonce of each is a random prefix, the chunk's number, and whether it is the last; the head
is their associated data. So chunks that were changed, left out, exchanged, or cut off at the end do not open.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.backup.keys import COST, SALT, Key
from gateway.errors import GatewayError

MAGIC, GZIP = b"GWBACKUP1\n", b"\x1f\x8b"
CHUNK, TAG, PREFIX = 64 * 1024, 16, 7
#: zlib's level: most of a database compresses well, and time is what a backup costs.
LEVEL = 3
_GZIP_BITS = 31


class Damaged(GatewayError):
    """The file is not a whole backup, or was changed."""


class Writer:
    """What tarfile writes to: compresses, encrypts, and writes to *file*. `close` writes the end of it."""

    def __init__(self, file: BinaryIO, key: Key | None) -> None:
        self._file, self._pack = file, zlib.compressobj(LEVEL, wbits=_GZIP_BITS)
        self._seal = _Sealer(file, key) if key is not None else None

    def write(self, data: bytes) -> int:
        """Take *data*."""
        self._put(self._pack.compress(data))
        return len(data)

    def close(self) -> None:
        """Write what is left, and the end."""
        self._put(self._pack.flush())
        if self._seal is not None:
            self._seal.close()

    def _put(self, data: bytes) -> None:
        if self._seal is not None:
            self._seal.write(data)
        elif data:
            self._file.write(data)


class _Sealer:
    def __init__(self, file: BinaryIO, key: Key) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        told = {"kdf": "none" if key.raw else "scrypt", "cost": COST}
        told |= {"salt": base64.b64encode(salt).decode(), "nonce": base64.b64encode(self._prefix).decode()}
        self._head = MAGIC + json.dumps(told).encode() + b"\n"
        self._file, self._aes = file, AESGCM(key.bytes(salt))
        self._buffer, self._count = bytearray(), 0
        file.write(self._head)

    def write(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) > CHUNK:  # never the last one: that one is written by `close`
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]

    def close(self) -> None:
        self._put(bytes(self._buffer), last=True)

    def _put(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._aes.encrypt(_nonce(self._prefix, self._count, last), data, self._head))
        self._count += 1


class Reader:
    """What tarfile reads from. Raises `Damaged` for a file that is not whole, and for a wrong key."""

    def __init__(self, file: BinaryIO, key: Key | None) -> None:
        begin = file.read(len(MAGIC))
        file.seek(0)
        if begin == MAGIC:
            if key is None:
                raise GatewayError("this backup is encrypted: give its key with --key-file or --key-env")
            self._source: Any = _Opener(file, key)
        elif begin.startswith(GZIP):
            if key is not None:  # whoever can put it there could have made all of it up
                raise Damaged("this backup is not encrypted: to trust it all the same, leave the key out")
            self._source = file
        else:
            raise Damaged("this is no backup of a gateway")
        self._unpack = zlib.decompressobj(wbits=_GZIP_BITS)
        self._ready, self._over = bytearray(), False

    def read(self, size: int) -> bytes:
        """As many bytes, fewer only at the end."""
        while len(self._ready) < size and not self._over:
            self._more()
        found = bytes(self._ready[:size])
        del self._ready[:size]
        return found

    def finish(self) -> None:
        """Read to the end, which has to be one."""
        while not self._over:
            self._more()
            self._ready.clear()

    def _more(self) -> None:
        data = self._source.read(CHUNK)
        try:
            self._ready += self._unpack.decompress(data)
        except zlib.error as error:
            raise Damaged(f"the backup is damaged: {error}") from None
        if not data:
            if not self._unpack.eof:
                raise Damaged("the backup is cut off: its end is missing")
            self._over = True
        elif self._unpack.unused_data:
            raise Damaged("the backup is damaged: something is written behind its end")


class _Opener:
    def __init__(self, file: BinaryIO, key: Key) -> None:
        self._file = file
        self._head = file.readline(64) + file.readline(4096)
        try:
            told = json.loads(self._head.split(b"\n")[1])
            salt, self._prefix = base64.b64decode(told["salt"]), base64.b64decode(told["nonce"])
            kdf, cost = told["kdf"], int(told["cost"])
            if len(self._prefix) != PREFIX or not 2 <= cost <= 2**20:
                raise ValueError
        except (ValueError, KeyError, TypeError, IndexError):
            raise Damaged("the backup is damaged: its head cannot be read") from None
        if (kdf == "none") != bool(key.raw):
            wanted = "32 bytes in base64" if kdf == "none" else "a passphrase"
            raise Damaged(f"the key does not fit: this backup was encrypted with {wanted}")
        self._aes, self._count = AESGCM(key.bytes(salt, cost)), 0
        self._next: bytes | None = file.read(CHUNK + TAG)

    def read(self, _: int) -> bytes:
        """The next chunk, b"" behind the last."""
        if self._next is None:
            return b""
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        last = not self._next
        try:
            plain = self._aes.decrypt(_nonce(self._prefix, self._count, last), sealed, self._head)
        except (InvalidTag, ValueError):
            if self._count == 0:
                raise Damaged("the key is wrong, or the backup was changed") from None
            raise Damaged("the backup was changed or cut off: a piece of it does not open") from None
        self._count += 1
        if last:
            self._next = None
        return plain or (b"" if last else self.read(0))


def _nonce(prefix: bytes, count: int, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + (b"\x01" if last else b"\x00")
