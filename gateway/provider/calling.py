"""Calls about an account: JSON there and back, none of which sends a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from gateway.provider.errors import ProviderError
from gateway.provider.steps import HttpRequest


def json_call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, Any] | None = None,
    limit: int,
) -> HttpRequest:
    """A call to *url* with *query* behind it, and a JSON *body* when there is one. *headers* authenticate it,
    *limit* is how many bytes of the answer are read."""
    sent = dict(headers) if body is None else {**headers, "Content-Type": "application/json"}
    encoded = b"" if body is None else msgspec.json.encode(body)
    whole = f"{url}?{urlencode(query)}" if query else url
    return HttpRequest(method, whole, sent, encoded, sends=False, limit=limit)


def broken(title: str) -> ProviderError:
    """A list of templates that is not whole, for *title*: half of one makes templates look deleted."""
    return ProviderError("unavailable", title=title, hint="the list of templates was not used; try again")
