"""Calls to 360dialog about templates: built from settings, judged by status and body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from gateway.provider.calling import json_call
from providers.dialog360.errors import read_error
from providers.dialog360.settings import Dialog360Settings
from providers.meta_cloud.clean import decode
from providers.meta_cloud.refusal import BAD

#: The documented path, and Meta's, which others use as well (wire.md §3).
CONFIGS, EDGE = "v1/configs/templates", "message_templates"
#: Bytes of an answer that are read.
PAGE_LIMIT = 8 * 1024 * 1024
#: What a server answers to a path, or a method on it, that it does not have.
NOT_THERE = frozenset({404, 405, 501})
_ANY = msgspec.json.Decoder(Any)


def request(
    method: str,
    path: str,
    settings: Dialog360Settings,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, Any] | None = None,
) -> HttpRequest:
    """A call to *path*. None of these sends a message."""
    url = f"{settings.api_base.rstrip('/')}/{path}"
    headers = {"D360-API-KEY": settings.api_key}
    return json_call(method, url, headers, query=query, body=body, limit=PAGE_LIMIT)


def answered(answer: HttpAnswer) -> dict[str, Any]:
    """The object in *answer*, {} for a success without words. Raises `ProviderError`."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    if not answer.body.strip():
        return {}
    try:
        found = decode(_ANY, answer.body)
    except BAD as error:
        raise ProviderError(
            "unavailable", title="the answer cannot be read", details=str(error)[:200], http=answer.status
        ) from None
    if not isinstance(found, dict) or "error" in found:
        raise read_error(answer)
    return found
