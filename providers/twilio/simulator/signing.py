"""Signs webhooks as Twilio does (wire.md §4.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from providers.twilio.simulator.credentials import Credentials

FORM = "application/x-www-form-urlencoded; charset=utf-8"
SIGNATURE, SETTINGS = "X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings"


class Request(Struct, frozen=True):
    """A webhook as it goes out. *proof* are the names of the headers that authenticate it."""

    url: str
    headers: dict[str, str]
    body: bytes
    proof: tuple[str, ...]


def signature(secret: str, url: str, pairs: Iterable[tuple[str, str]], algorithm: str = "sha1") -> str:
    """HMAC over the URL and every parameter in the order of its name, in base64."""
    data = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(
        hmac.new(secret.encode(), data.encode(errors="surrogateescape"), algorithm).digest()
    ).decode()


def called(url: str) -> str:
    """The URL as it is called: without its fragment, which is only for Twilio."""
    return urlunsplit(urlsplit(url)._replace(fragment=""))


def with_query(url: str, name: str, value: str) -> str:
    """*url* with one more parameter."""
    parts = urlsplit(url)
    query = f"{parts.query}&{name}={value}" if parts.query else f"{name}={value}"
    return urlunsplit(parts._replace(query=query))


class Signer:
    """Makes requests that are authentic."""

    def __init__(self, credentials: Credentials) -> None:
        self._keys = credentials

    def form(self, url: str, params: Mapping[str, str], *, shared: bool) -> Request:
        """A form POST."""
        return self.posted(url, urlencode(params).encode(), shared=shared)

    def posted(self, url: str, body: bytes, *, shared: bool) -> Request:
        """Any bytes as a form."""
        # What is not UTF-8 is signed as the bytes that it is.
        text = body.decode(errors="surrogateescape")
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        return self._signed(called(url), FORM, body, pairs, shared)

    def get(self, url: str, params: Mapping[str, str], *, shared: bool) -> Request:
        """A GET: the parameters are part of the URL."""
        url = called(url)
        url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"
        return self._signed(url, "", b"", [], shared)

    def json(self, url: str, params: Mapping[str, str], *, shared: bool) -> Request:
        """A JSON POST."""
        return self.raw(url, json.dumps(params, ensure_ascii=False).encode(), shared=shared)

    def raw(self, url: str, body: bytes, *, shared: bool) -> Request:
        """Any bytes as JSON: the URL carries their digest, and is what is signed."""
        url = with_query(called(url), "bodySHA256", hashlib.sha256(body).hexdigest())
        return self._signed(url, "application/json", body, [], shared)

    def _signed(
        self, url: str, kind: str, body: bytes, params: list[tuple[str, str]], shared: bool
    ) -> Request:
        headers = {"Content-Type": kind} if kind else {}
        if not shared:
            headers[SIGNATURE] = signature(self._keys.auth_token, url, params)
            return Request(url, headers, body, (SIGNATURE.lower(),))
        key, secret = self._keys.shared_keys[0]
        headers[SIGNATURE] = signature(secret, url, params, "sha256")
        headers[SETTINGS] = f"key={key},algorithm=HMAC_SHA256"
        return Request(url, headers, body, (SIGNATURE.lower(), SETTINGS.lower()))
