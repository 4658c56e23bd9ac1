"""Whether a webhook is 360dialog's: our own header, the platform's signature, or both (wire.md §3.1)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from gateway.provider import WebhookRequest
from providers.dialog360.settings import Dialog360Settings, WebhookHeader

SIGNATURE = "x-360dialog-signature"
_SHAPE = re.compile(r"(?:sha256=)?([0-9A-Fa-f]{64})", re.ASCII)
_CHALLENGE = re.compile(r"[0-9A-Za-z_.-]{1,256}", re.ASCII)


@lru_cache(maxsize=1024)
def _keyed(secret: str) -> hmac.HMAC:
    """An HMAC with the key already mixed in; copying it is cheaper than keying again."""
    return hmac.new(secret.encode(), digestmod=hashlib.sha256)


def signature(body: bytes, secret: str) -> str:
    """The header's value for *body*, bare hex as 360dialog writes it."""
    mac = _keyed(secret).copy()
    mac.update(body)
    return mac.hexdigest()


def signed(body: bytes, values: Sequence[str], secrets: Iterable[str]) -> bool:
    """Whether the one value in *values* signs *body* with any of *secrets*. Some saw the hex bare, some
    with "sha256=" in front: both count."""
    if len(values) != 1 or (shape := _SHAPE.fullmatch(values[0].strip())) is None:
        return False
    given = bytes.fromhex(shape[1])
    good = False
    for secret in secrets:
        mac = _keyed(secret).copy()
        mac.update(body)
        good |= hmac.compare_digest(mac.digest(), given)
    return good


def carries(values: Sequence[str], header: WebhookHeader) -> bool:
    """Whether the one value in *values* is one of the header's. All are compared, so that the time taken
    does not tell which one was close."""
    if len(values) != 1:
        return False
    given = values[0].encode("utf-8", "surrogatepass")
    good = False
    for value in header.values:
        good |= hmac.compare_digest(value.encode(), given)
    return good


def verify(request: WebhookRequest, settings: Dialog360Settings) -> bool:
    """Whether *request* passes every check that is configured; without any, it does not."""
    header, secrets = settings.header, settings.secrets
    if header is None and not secrets:
        return False
    if header is not None and not carries(request.headers.get(header.name.lower(), ()), header):
        return False
    return not secrets or signed(request.body, request.headers.get(SIGNATURE, ()), secrets)


def token(challenge: str, settings: Dialog360Settings) -> str:
    """What proves to a gateway that whoever asks *challenge* has the channel's secrets, and shows none."""
    header = settings.header
    known = [header.name.lower(), *header.values] if header is not None else []
    return signature(challenge.encode(), "\n".join([*known, "", *settings.secrets]))


def handshake(query: Mapping[str, str], settings: Sequence[Dialog360Settings]) -> str | None:
    """The challenge, if somebody asks for it: 360dialog does not, and an echo tells nothing. Who shows a
    token, as `register.knock` does, has to show the right one."""
    challenge = query.get("hub.challenge", "")
    if not settings or query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return None
    given = query.get("hub.verify_token")
    if given is None:
        return challenge
    shown = given.encode("utf-8", "replace")
    matches = [hmac.compare_digest(token(challenge, each).encode(), shown) for each in settings]
    return challenge if any(matches) else None
