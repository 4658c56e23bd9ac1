"""Links to public pages: what a plugin gave for a page, sealed in the address itself.

A token is a version, a key's id, a nonce, and under AES-256-GCM: when it ends, the tenant, the language and
the value. Plugin and route are part of the seal, so a token is worth nothing at another page. The keys are
derived from `[server] secret`: the first seals, all of them open.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from gateway.clock import SECOND, Clock
from gateway.errors import PluginError
from gateway.store.seal import derive

if TYPE_CHECKING:
    from gateway.hooks.host import Host

_KEY, _KEY_ID = b"channel-gateway page link key", b"channel-gateway page link key id"
_VERSION = b"\x01"
_HEAD, _NONCE, _TAG = 1 + 4, 12, 16
#: Bytes of a value as JSON: an address has to fit into a message, and into what browsers take.
LARGEST = 1024
#: Characters of a token that could be one of ours.
LONGEST = 2048


class Opened(Struct, frozen=True, array_like=True):
    """What a token holds. *until* is seconds UTC; *value* is as the plugin gave it."""

    until: int
    tenant: str
    language: str
    value: Any


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(Opened)


class Tokens:
    """Seals and opens. *secrets*: the first seals, all of them open."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.renew(secrets)

    def renew(self, secrets: Sequence[str]) -> None:
        """Take other secrets from now on; without any nothing opens."""
        keys = [(derive(secret, _KEY_ID, 4), AESGCM(derive(secret, _KEY, 32))) for secret in secrets]
        self._keys = dict(reversed(keys))
        self._current = keys[0] if keys else None

    def seal(self, plugin: str, route: str, opened: Opened) -> str:
        """*opened* for the page *route* of *plugin*. Raises `PluginError` for a value that cannot be kept."""
        if self._current is None:
            raise PluginError(
                'links need [server] secret in gateway.toml: secret = ["…"], 32 random characters or more'
            )
        try:
            plain = _encode(opened)
            size = len(_encode(opened.value))
        except (TypeError, ValueError) as error:
            raise PluginError(f"plugin '{plugin}': link(): the value is no JSON: {error}") from error
        if size > LARGEST:
            raise PluginError(
                f"plugin '{plugin}': link(): the value has {size} bytes as JSON, {LARGEST} are the most; "
                "keep it in a table of yours and put its id into the link"
            )
        key_id, key = self._current
        nonce = os.urandom(_NONCE)
        sealed = key.encrypt(nonce, plain, _place(plugin, route))
        return base64.urlsafe_b64encode(_VERSION + key_id + nonce + sealed).rstrip(b"=").decode()

    def open(self, plugin: str, route: str, token: str) -> Opened | None:
        """What *token* holds, also when its time is over; None when it was not made here for this page."""
        blob = _bytes(token)
        if blob is None or blob[:1] != _VERSION:
            return None
        key = self._keys.get(blob[1:_HEAD])
        if key is None:
            return None
        nonce, sealed = blob[_HEAD : _HEAD + _NONCE], blob[_HEAD + _NONCE :]
        try:
            return _decoder.decode(key.decrypt(nonce, sealed, _place(plugin, route)))
        except (InvalidTag, msgspec.DecodeError):
            return None


class Links:
    """Addresses of pages. *origin* is `[server] public_url`; without one *served* says where the gateway
    listens, which is good for trying things out."""

    def __init__(self, host: Host, secrets: Sequence[str], origin: str, clock: Clock) -> None:
        self.tokens = Tokens(secrets)
        self._host, self._origin, self._clock = host, origin.rstrip("/"), clock
        self.served: Callable[[], str] = lambda: ""

    @property
    def origin(self) -> str:
        """Where pages are, without a slash at the end."""
        return self._origin or self.served()

    def make(self, plugin: str, tenant: str, route: str, value: Any, seconds: float, language: str) -> str:
        """The address of the public page *route* (its path without the token, or its name) of *plugin*.
        Raises `PluginError`."""
        path = self._path(plugin, route)
        until = self._clock.now() // SECOND + max(1, round(seconds))
        token = self.tokens.seal(plugin, path, Opened(until, tenant, language, value))
        return f"{self.origin}/p/{plugin}{path.replace('{token}', token)}"

    def _path(self, plugin: str, route: str) -> str:
        pages = [each for each in self._host.plugins[plugin].offers.routes if each.kind == "public_page"]
        for each in pages:
            if route in (each.path, each.path.replace("/{token}", ""), each.name):
                return each.path
        known = ", ".join(sorted({f'"{each.path.replace("/{token}", "")}"' for each in pages}))
        raise PluginError(
            f"plugin '{plugin}': link({route!r}): there is no such public page; "
            + (f"its pages are {known}" if known else "return public_page(…) from register_routes")
        )


def _place(plugin: str, route: str) -> bytes:
    return f"{plugin}|{route}".encode()


def _bytes(token: str) -> bytes | None:
    """The bytes of *token*; None when no token of ours is written so. There is one way to write each."""
    if not token.isascii() or len(token) > LONGEST:
        return None
    try:
        blob = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(blob) < _HEAD + _NONCE + _TAG:
        return None
    return blob if base64.urlsafe_b64encode(blob).rstrip(b"=").decode() == token else None
