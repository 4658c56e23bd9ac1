"""What a refusal of the Graph API means (wire.md §2.1, §2.11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from gateway.provider import ErrorClass, HttpAnswer, ProviderError
from providers.meta_cloud.clean import decode, integer
from providers.meta_cloud.errors import classify

#: Reads the error that an answer, which is no success, amounts to.
ReadError = Callable[[HttpAnswer], ProviderError]

#: What "transient" overrides. The others have a reason of their own not to repeat, or do so already.
_TRANSIENT = frozenset({"ambiguous", "unknown", "invalid", "media", "template", "undeliverable"})
BAD = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)


class GraphError(Struct):
    """`{"code": 131056, "message": "…", "error_data": {"details": "…"}, "is_transient": false}`.

    Only the code decides, so only the code has to be readable."""

    code: int | str
    message: Any = None
    error_data: Any = None
    error_subcode: Any = None
    error_user_msg: Any = None
    is_transient: Any = None


class ErrorAnswer(Struct):
    """The body of a refusal."""

    error: GraphError


_ERROR = msgspec.json.Decoder(ErrorAnswer)


def retry_after(answer: HttpAnswer) -> float | None:
    """The seconds that the answer names, if it does."""
    given = answer.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) <= 6 else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _details(error: GraphError) -> str:
    """What Meta says beside the message: `error_data` is an object or a text."""
    data = error.error_data
    told = _text(data.get("details") if isinstance(data, dict) else data)
    return told or _text(error.error_user_msg)


def _graph_error(error: GraphError, answer: HttpAnswer) -> ProviderError:
    code = integer(error.code)
    rule = classify(code, answer.status)
    kind = rule.kind
    after = retry_after(answer)
    # A Graph error that calls itself transient, and a 503 that names a time, say: not sent.
    if (error.is_transient is True and kind in _TRANSIENT) or (answer.status == 503 and after is not None):
        kind = "unavailable"
    elif answer.status == 429 and kind in ("unknown", "invalid", "ambiguous"):
        kind = "rate_limited"
    return ProviderError(
        kind,
        code=code,
        subcode=integer(error.error_subcode),
        title=_text(error.message)[:500],
        details=_details(error)[:1000],
        hint=rule.hint,
        http=answer.status,
        retry_after=after if after is not None else rule.wait or None,
    )


def _bare_error(answer: HttpAnswer) -> ProviderError:
    """A refusal without a Graph error in it: the HTTP status is all there is."""
    after = retry_after(answer)
    rule = classify(0, answer.status) if answer.status != 401 else classify(190)
    kind = "unavailable" if answer.status == 503 and after is not None else rule.kind
    title = f"HTTP {answer.status} without a Graph error"
    return ProviderError(kind, title=title, hint=rule.hint, http=answer.status, retry_after=after)


def read_error(answer: HttpAnswer) -> ProviderError:
    """The error that *answer*, which is no 2xx, amounts to."""
    try:
        found = decode(_ERROR, answer.body)
    except BAD:
        return _bare_error(answer)
    return _graph_error(found.error, answer)


def as_kind(error: ProviderError, kind: ErrorClass, hint: str = "") -> ProviderError:
    """*error* with another meaning, for a call whose failure decides something else."""
    return ProviderError(
        kind,
        code=error.code,
        subcode=error.subcode,
        title=error.title,
        details=error.details,
        hint=hint or error.hint,
        http=error.http,
        retry_after=error.retry_after,
    )
