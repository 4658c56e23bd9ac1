"""A request to a plugin's own webhook, and the comparison that most of them are signed for."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, overload
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from gateway.message import moment
from gateway.model.inside import Posted

T = TypeVar("T")


class WebhookPost(Struct, frozen=True):
    """What was posted. *tenant* is who it is for, *path* the parameters of the address, *body* the bytes as
    they came. *headers* have small letters; those that hold credentials or cookies are there for `verify`
    only, and never kept."""

    tenant: str
    body: bytes
    headers: Mapping[str, str]
    path: Mapping[str, str]
    query: Mapping[str, str]
    received_at: int

    @property
    def at(self) -> datetime:
        """When it came, aware, UTC."""
        return moment(self.received_at)

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 is replaced."""
        return self.body.decode(errors="replace")

    @overload
    def json(self) -> Any: ...
    @overload
    def json(self, shape: type[T]) -> T: ...
    def json(self, shape: Any = Any) -> Any:
        """The body as JSON, as *shape*. Raises `msgspec.DecodeError`, which in `verify` is a no."""
        return msgspec.json.decode(self.body, type=shape)

    def form(self) -> dict[str, str]:
        """The body as the fields of a form; of two with one name the last."""
        return dict(parse_qsl(self.text, keep_blank_values=True))

    def header(self, name: str) -> str:
        """A header, "" when there is none."""
        return self.headers.get(name.lower(), "")


def of_posted(tenant: str, posted: Posted) -> WebhookPost:
    """What a handler gets of what was kept."""
    return WebhookPost(tenant, posted.body, posted.headers, posted.path, query_of(posted.query), posted.at)


def query_of(query: str) -> dict[str, str]:
    """A query's parameters; of two with one name the last."""
    return dict(parse_qsl(query, keep_blank_values=True))


def hmac_sha256(secret: str | bytes | Sequence[str | bytes], body: bytes, given: str) -> bool:
    """Whether *given* is the HMAC-SHA256 of *body* under *secret*, or under one of several while secrets are
    rotated. *given* is hexadecimal or base64, with "sha256=" before it or without. The time that it takes
    tells nothing. Raises ValueError for an empty secret, under which anybody could sign."""
    secrets = [secret] if isinstance(secret, str | bytes) else list(secret)
    if not secrets or not all(secrets):
        raise ValueError("hmac_sha256: the secret is empty, so anybody could sign; set it in the settings")
    seen = given.strip().removeprefix("sha256=").encode("utf-8", "replace")
    good = False
    for each in secrets:
        key = each.encode() if isinstance(each, str) else each
        made = hmac.new(key, body, hashlib.sha256).digest()
        b64, url = base64.b64encode(made), base64.urlsafe_b64encode(made).rstrip(b"=")
        for form, shown in ((made.hex().encode(), seen.lower()), (b64, seen), (url, seen)):
            good |= hmac.compare_digest(form, shown)
    return good
