"""What an answer of Twilio's means: the object in it, or the error that it is (wire.md §4.4, §4.7)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.provider import HttpAnswer, ProviderError
from providers.twilio.errors import classify

#: Codes of an answer that says: not done, come again.
_LIMITED = frozenset({"unknown", "invalid", "ambiguous"})
_BAD = (msgspec.MsgspecError, ValueError, RecursionError)


class TwilioError(Struct):
    """`{"code": 21211, "message": "The 'To' number is not valid.", "more_info": "…", "status": 400}`.

    Only the code decides, so only the code has to be readable; the Content API may leave it out."""

    code: int | str | None = None
    message: Any = None
    details: Any = None
    more_info: Any = None


_ERROR = msgspec.json.Decoder(TwilioError)


def _number(code: int | str | None) -> int:
    if isinstance(code, str):
        code = int(code) if code.isascii() and code.isdecimal() and len(code) <= 9 else 0
    return code if isinstance(code, int) and 0 < code < 2**31 else 0


def _text(value: object) -> str:
    """*value* when it is a text that any store can write."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _retry_after(answer: HttpAnswer) -> float | None:
    given = answer.headers.get("retry-after", "").strip()
    return float(given) if given.isascii() and given.isdigit() and len(given) <= 6 else None


def read_error(answer: HttpAnswer) -> ProviderError:
    """The error that *answer*, which is no success, amounts to."""
    try:
        found = _ERROR.decode(answer.body)
    except _BAD:
        found = TwilioError()
    code = _number(found.code)
    rule = classify(code, answer.status)
    kind, after = rule.kind, _retry_after(answer)
    # A 503 that names a time says: not done. So does every 429 (wire.md §4.4).
    if answer.status == 503 and after is not None and kind == "ambiguous":
        kind = "unavailable"
    elif answer.status == 429 and kind in _LIMITED:
        kind = "rate_limited"
    details = _text(found.details) or _text(found.more_info)
    return ProviderError(
        kind,
        code=code,
        title=_text(found.message)[:500] or f"HTTP {answer.status} without an error of Twilio's",
        details=details[:1000],
        hint=rule.hint,
        http=answer.status,
        retry_after=after if after is not None else rule.wait or None,
    )


def answered(answer: HttpAnswer) -> dict[str, Any]:
    """The object in the answer to a call that sends nothing; {} for a success without a body. Raises
    `ProviderError` for everything else. A call whose end is unknown was not carried out, as far as we are
    concerned: it is made again."""
    if 200 <= answer.status < 300:
        if not answer.body.strip():
            return {}
        try:
            found = msgspec.json.decode(answer.body)
        except _BAD:
            found = None
        if isinstance(found, dict):
            return found
        raise ProviderError("unavailable", title="the answer cannot be read", http=answer.status)
    error = read_error(answer)
    if error.kind == "ambiguous":
        raise ProviderError(
            "unavailable",
            code=error.code,
            title=error.title,
            details=error.details,
            hint="Twilio did not carry the call out",
            http=error.http,
            retry_after=error.retry_after,
        )
    raise error
