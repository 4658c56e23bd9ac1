"""A flight: one POST, and what the answer means."""

from __future__ import annotations

import json
from typing import Any

from examples.carrier_pigeon.settings import PigeonSettings
from gateway.provider import Accepted, ErrorClass, HttpAnswer, HttpRequest, ProviderError, SendSteps

#: What a refusal means for us; any other one is the message's own fault.
KINDS: dict[int, ErrorClass] = {401: "auth", 404: "undeliverable", 429: "rate_limited"}


def send(part: dict[str, Any], to: str, correlation: str, settings: PigeonSettings) -> SendSteps:
    """Let one bird fly."""
    body = json.dumps({**part, "to": to, "ref": correlation}).encode()
    headers = {"Authorization": f"Bearer {settings.key}", "Content-Type": "application/json"}
    url = f"{settings.api_base}/lofts/{settings.loft}/flights"
    answer: HttpAnswer = yield HttpRequest("POST", url, headers, body)
    return read(answer)


def read(answer: HttpAnswer) -> Accepted:
    """The flight's id. Raises `ProviderError`, and nothing else, for every other answer."""
    try:
        told = json.loads(answer.body)
        flight = told["flight"] if answer.status == 201 else ""
    except (ValueError, LookupError, TypeError, RecursionError):
        told, flight = {}, ""
    if isinstance(flight, str) and flight:
        return Accepted(flight)
    # What says nothing, or comes from a server in trouble, may have been sent.
    kind = "ambiguous" if answer.status >= 500 or answer.status < 400 else KINDS.get(answer.status, "invalid")
    title = str(told.get("problem", "")) if isinstance(told, dict) else ""
    raise ProviderError(kind, http=answer.status, title=title or f"the loft answered {answer.status}")
