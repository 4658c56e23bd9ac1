"""Calls to Twilio's JSON APIs, none of which sends a message: built from settings, judged by `answers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.provider import HttpRequest
from gateway.provider.calling import json_call
from providers.twilio.settings import TwilioSettings

#: Bytes of an answer that are read: a page of a hundred templates with carousels is well below it.
PAGE_LIMIT = 4 * 1024 * 1024


def call(
    method: str, url: str, settings: TwilioSettings, body: Mapping[str, Any] | None = None
) -> HttpRequest:
    """An authenticated call to *url*, with a JSON *body* when there is one."""
    return json_call(method, url, {"Authorization": settings.basic}, body=body, limit=PAGE_LIMIT)
