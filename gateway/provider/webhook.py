"""A webhook as a provider sees it, and what it makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gateway.model.event import Event


class WebhookRequest(Struct, frozen=True):
    """What `verify` sees. Header names are lower-case; each maps to all values that came. *url* is the
    address that the provider called, made of [server] public_url and the request's path and query; never of
    what the request says about its host. It is "" when public_url is not set."""

    path: str
    query: str
    headers: Mapping[str, Sequence[str]]
    body: bytes
    url: str = ""


class WebhookAnswer(Struct, frozen=True):
    """What a webhook that was stored is answered with, beside the status 200."""

    body: str
    content_type: str


class ParseFailure(Struct, frozen=True):
    """A piece of an authentic webhook that could not be read; it is kept, its neighbours go on."""

    reason: str
    raw: bytes


class Parsed(Struct, frozen=True, gc=False):
    """All that a webhook held. An event whose `at` is 0 happened when it was received."""

    events: tuple[Event, ...] = ()
    failures: tuple[ParseFailure, ...] = ()
