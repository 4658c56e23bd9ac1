"""Calls to the Graph API about templates: built from settings, judged by status and body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from gateway.provider.calling import json_call
from providers.meta_cloud.clean import clean
from providers.meta_cloud.refusal import read_error
from providers.meta_cloud.settings import MetaSettings

#: Bytes of an answer that are read: a page of fifty templates with carousels is well below it.
PAGE_LIMIT = 4 * 1024 * 1024


def account(settings: MetaSettings) -> str:
    """The WhatsApp Business Account. Raises `ProviderError` when the channel does not say."""
    if not settings.waba_id:
        raise ProviderError(
            "invalid",
            title="waba_id is not set",
            hint="write the WhatsApp Business Account's id into the channel's settings",
        )
    return settings.waba_id


def request(
    method: str,
    path: str,
    settings: MetaSettings,
    query: Mapping[str, str | int] | None = None,
    body: Mapping[str, Any] | None = None,
) -> HttpRequest:
    """A call to *path* below the API's version. None of these sends a message."""
    url = f"{settings.api_base.rstrip('/')}/{settings.api_version}/{path}"
    headers = {"Authorization": f"Bearer {settings.access_token}"}
    return json_call(method, url, headers, query=query, body=body, limit=PAGE_LIMIT)


def answered(answer: HttpAnswer) -> dict[str, Any]:
    """The object in *answer*. Raises `ProviderError` for a refusal and for what is no object."""
    if not 200 <= answer.status < 300:
        raise read_error(answer)
    try:
        found = msgspec.json.decode(clean(answer.body))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProviderError(
            "unavailable", title="the answer cannot be read", details=str(error)[:200], http=answer.status
        ) from None
    if not isinstance(found, dict) or "error" in found:
        raise read_error(answer)
    return found
