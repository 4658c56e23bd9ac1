"""Calls to Twilio's JSON APIs, none of which sends a message: built from settings, judged by `answers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.provider import HttpRequest
from providers.twilio.settings import TwilioSettings

#: Bytes of an answer that are read: a page of a hundred templates with carousels is well below it.
PAGE_LIMIT = 4 * 1024 * 1024


def call(
    method: str, url: str, settings: TwilioSettings, body: Mapping[str, Any] | None = None
) -> HttpRequest:
    """An authenticated call to *url*, with a JSON *body* when there is one."""
    headers = {"Authorization": settings.basic}
    if body is not None:
        headers["Content-Type"] = "application/json"
    encoded = b"" if body is None else msgspec.json.encode(body)
    return HttpRequest(method, url, headers, encoded, sends=False, limit=PAGE_LIMIT)
