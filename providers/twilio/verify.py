"""Whether a webhook is Twilio's: a signature over the address that it called and what it sent.

Source: wire.md §4.2. The address is the configured public one, never what the request says of its host.
Names and values are compared as the bytes that they stand for: what is not UTF-8 is not made alike.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from gateway.provider import WebhookRequest
from providers.twilio.settings import TwilioSettings
from providers.twilio.wire import pairs

HEADER = "x-twilio-signature"
SCHEME_HEADER = "x-twilio-webhooks-signature-settings"
SHA1, SHA256 = "HMAC_SHA1", "HMAC_SHA256"
_HASHES = {SHA1: hashlib.sha1, SHA256: hashlib.sha256}
#: Of a form: a webhook of Twilio's has some dozens of the one, some thousands of the other. What has more is
#: not read, for it would hold the gateway up before anybody has signed it.
MOST_PAIRS, MOST_ESCAPES = 5_000, 200_000
_BODY_HASH = re.compile(r"[?&]bodySHA256=([0-9a-fA-F]{64})(?=&|$)", re.ASCII)


@lru_cache(maxsize=1024)
def _keyed(secret: str, algorithm: str) -> hmac.HMAC:
    """An HMAC with the key already mixed in; copying it is cheaper than keying again."""
    if not secret:
        raise ValueError("an empty secret verifies nothing")
    return hmac.new(secret.encode(), digestmod=_HASHES[algorithm])


def signature(url: str, body: Iterable[tuple[bytes, bytes]], secret: str, algorithm: str = SHA1) -> str:
    """The header's value for a form *body* posted to *url*, as Twilio would write it. For a JSON body, whose
    hash is in the URL, *body* is empty."""
    return _digest(url, _signed(body), secret, algorithm).decode()


def _signed(body: Iterable[tuple[bytes, bytes]]) -> bytes:
    """What is signed of a form: each pair once, sorted."""
    return b"".join(name + value for name, value in sorted(set(body)))


def _digest(url: str, form: bytes, secret: str, algorithm: str) -> bytes:
    mac = _keyed(secret, algorithm).copy()
    mac.update(url.encode())
    mac.update(form)
    return base64.b64encode(mac.digest())


@lru_cache(maxsize=1024)
def variants(url: str) -> tuple[str, ...]:
    """*url* as Twilio may have written it when it signed: as it is, without its port, and with it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return (url,)
    base = parts.netloc.removesuffix(f":{port}") if port else parts.netloc
    with_port = f"{base}:{port or (443 if parts.scheme == 'https' else 80)}"
    exact = url.partition("#")[0]
    others = (exact.replace(f"//{parts.netloc}", f"//{netloc}", 1) for netloc in (base, with_port))
    return tuple(dict.fromkeys((exact, *others)))


def verify(request: WebhookRequest, settings: TwilioSettings) -> bool:
    """Whether *request* carries exactly one good signature of this channel's account.

    Without a public address nothing is authentic: what Twilio called is not known."""
    given = request.headers.get(HEADER, ())
    if len(given) != 1 or not request.url:
        return False
    scheme, form = _scheme(request, settings), _form(request)
    if scheme is None or form is None:
        return False
    algorithm, secrets = scheme
    wanted = given[0].encode("utf-8", "replace")  # as text: two of them may stand for the same bytes
    return any(
        hmac.compare_digest(_digest(url, form, secret, algorithm), wanted)
        for secret in secrets
        for url in variants(request.url)
    )


def _form(request: WebhookRequest) -> bytes | None:
    """What was signed beside the address: nothing when the address holds the body's hash, None when that
    is another body's, or the form is none of Twilio's."""
    told = _BODY_HASH.search(request.url)
    if told is None:
        dear = request.body.count(b"&") > MOST_PAIRS or request.body.count(b"%") > MOST_ESCAPES
        return None if dear else _signed(pairs(request.body))
    own = hashlib.sha256(request.body).hexdigest()
    return b"" if hmac.compare_digest(own, told[1].lower()) else None


def _scheme(request: WebhookRequest, settings: TwilioSettings) -> tuple[str, list[str]] | None:
    """Algorithm and secrets. A channel with shared keys takes nothing else, whatever the header says; one
    without takes no such header."""
    told = request.headers.get(SCHEME_HEADER, ())
    if not settings.keys:
        return None if told else (SHA1, settings.tokens)
    if len(told) != 1:
        return None
    fields = [piece.strip().partition("=") for piece in told[0].split(",")]
    named = {name: value for name, _, value in fields}
    if len(named) != len(fields) or named.get("algorithm") not in _HASHES:
        return None
    secrets = [key.secret for key in settings.keys if key.id == named.get("key")]
    return (named["algorithm"], secrets) if secrets else None
