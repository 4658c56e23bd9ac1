"""Reading and writing nodes of the Graph API: numbers and accounts (wire.md §2.1, §2.8)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from gateway.provider import HttpAnswer, HttpRequest, ProviderError, Steps
from providers.meta_cloud.clean import decode
from providers.meta_cloud.refusal import read_error
from providers.meta_cloud.settings import MetaSettings

_OBJECT = msgspec.json.Decoder(dict[str, Any])
_BAD = (msgspec.MsgspecError, ValueError, RecursionError)


def read(settings: MetaSettings, node: str, edge: str = "", *, fields: str = "") -> Steps[dict[str, Any]]:
    """What Graph tells of *node*, or of its *edge*. Raises `ProviderError`."""
    url = _url(settings, node, edge) + (f"?{urlencode({'fields': fields}, safe=',')}" if fields else "")
    answer = yield HttpRequest("GET", url, _headers(settings), b"", sends=False)
    return _told(answer)


def write(settings: MetaSettings, node: str, edge: str, body: dict[str, Any]) -> Steps[dict[str, Any]]:
    """Change *node*, or post to its *edge*. Raises `ProviderError`."""
    url = _url(settings, node, edge)
    answer = yield HttpRequest("POST", url, _headers(settings), msgspec.json.encode(body), sends=False)
    return _told(answer)


def _url(settings: MetaSettings, node: str, edge: str) -> str:
    path = "/".join(quote(each, safe="") for each in (node, edge) if each)
    return f"{settings.api_base.rstrip('/')}/{settings.api_version}/{path}"


def _headers(settings: MetaSettings) -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.access_token}", "Content-Type": "application/json"}


def _told(answer: HttpAnswer) -> dict[str, Any]:
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        found = decode(_OBJECT, answer.body)
    except _BAD:
        raise ProviderError("unknown", title="the answer is not a JSON object", http=answer.status) from None
    if "error" in found:
        raise read_error(answer)
    return found
