"""Whether a webhook is Meta's: the signature over the raw bytes, and the GET handshake.

Source: wire.md §1.1 and §1.2. Meta writes lower-case hex; anything else is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from gateway.provider import WebhookRequest
from providers.meta_cloud.settings import MetaSettings

HEADER = "x-hub-signature-256"
_SHAPE = re.compile(r"sha256=([0-9a-f]{64})", re.ASCII)
_CHALLENGE_LIMIT = 256


@lru_cache(maxsize=1024)
def _keyed(secret: str) -> hmac.HMAC:
    """An HMAC with the key already mixed in; copying it is cheaper than keying again."""
    if not secret:
        raise ValueError("an empty app secret verifies nothing")
    return hmac.new(secret.encode(), digestmod=hashlib.sha256)


def signature(body: bytes, secret: str) -> str:
    """The header's value for *body*, as Meta would write it."""
    mac = _keyed(secret).copy()
    mac.update(body)
    return "sha256=" + mac.hexdigest()


def signed(body: bytes, values: Sequence[str], secrets: Iterable[str]) -> bool:
    """Whether the one header value in *values* signs *body* with any of *secrets*."""
    if len(values) != 1:
        return False
    shape = _SHAPE.fullmatch(values[0])
    if shape is None:
        return False
    given = bytes.fromhex(shape[1])
    for secret in secrets:
        if not secret:
            continue
        mac = _keyed(secret).copy()
        mac.update(body)
        if hmac.compare_digest(mac.digest(), given):
            return True
    return False


def verify(request: WebhookRequest, settings: MetaSettings) -> bool:
    """Whether *request* carries exactly one good signature by this channel's app."""
    return signed(request.body, request.headers.get(HEADER, ()), settings.secrets)


def handshake(query: Mapping[str, str], settings: Sequence[MetaSettings]) -> str | None:
    """The challenge to echo, or None when the mode is wrong or no channel has this token.

    Every token is compared, so that the time taken does not tell which one was close.
    """
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not 0 < len(challenge) <= _CHALLENGE_LIMIT:
        return None
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    matched = False
    for channel in settings:
        own = channel.verify_token.encode("utf-8", "replace")
        matched |= bool(own) and hmac.compare_digest(own, given)
    return challenge if matched else None
