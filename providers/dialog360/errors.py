"""360dialog's refusals (wire.md §3.2): its own, Meta's passed through, or just words.

{"meta": {"api_status": "stable", "http_code": 401, "developer_message": "Invalid api_key"}}
{"error": {"message": "(#131009) Parameter value is not valid", "code": 131009, …}}
too many requests
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from gateway.provider import HttpAnswer, ProviderError
from gateway.provider.codes import Rule
from providers.meta_cloud.clean import decode
from providers.meta_cloud.refusal import BAD, as_kind, retry_after
from providers.meta_cloud.refusal import read_error as read_graph_error

_KEY = "make a new API key in the 360dialog Hub and write it into the channel's settings as api_key"
_STATUS = "360dialog could not say whether it was sent; wait for the status"
_SLOWER = Rule(
    "rate_limited", "360dialog's limit for this call is reached; the number is slowed down by itself"
)
#: What the words of a 400 say. They are 360dialog's own and may be worded in several ways; a word alone
#: would not do, for a template may be disabled, and a text over its limit.
_WORDS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(r"payment|unpaid|balance|billing|funds", re.I),
     Rule("account", "settle the payment in the 360dialog Hub")),
    (re.compile(r"rate.?limit|too many requests|request.{0,10}limit|throttl", re.I), _SLOWER),
    (re.compile(r"\b(api|client|account|channel|number)\b.{0,40}\b(disabled|deactivated|suspended)\b", re.I),
     Rule("account", "the API is disabled for this number; contact 360dialog's support")),
    (re.compile(r"api.?key", re.I), Rule("auth", _KEY)),
    (re.compile(r"permission.{0,10}denied|\bendpoint\b.{0,20}\bblocked|forbidden", re.I),
     Rule("permission", "the key may not make this call; see the number's permissions in the Hub")),
)  # fmt: skip
_HTTP: dict[int, Rule] = {
    401: Rule("auth", _KEY),
    402: Rule("account", "settle the payment in the 360dialog Hub"),
    403: Rule("permission", "the key may not make this call; see the number's permissions in the Hub"),
    408: Rule("ambiguous", _STATUS),
    429: _SLOWER,
}
_INVALID = Rule("invalid", "the request is wrong; see the details")
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def read_error(answer: HttpAnswer) -> ProviderError:
    """The error that *answer*, which is no success, amounts to."""
    found = _object(answer)
    error = found.get("error")
    if isinstance(error, dict) and "code" in error:
        return _passed_on(read_graph_error(answer))
    own, words = _said(found, answer)
    rule = _rule(answer.status, words, own)
    after = retry_after(answer)
    kind = "unavailable" if answer.status == 503 and after is not None else rule.kind
    title = (words or f"HTTP {answer.status} without a reason")[:500]
    return ProviderError(kind, title=title, hint=rule.hint, http=answer.status, retry_after=after)


def _passed_on(error: ProviderError) -> ProviderError:
    """Meta's error; what is wrong with a token of Meta's is for 360dialog to mend, or for the key."""
    return as_kind(error, error.kind, _KEY) if error.kind == "auth" else error


def _object(answer: HttpAnswer) -> dict[str, Any]:
    try:
        return decode(_OBJECT, answer.body)
    except BAD:
        return {}


def _said(found: dict[str, Any], answer: HttpAnswer) -> tuple[bool, str]:
    """Whether it is 360dialog's own shape, and what it says."""
    meta = found.get("meta")
    if isinstance(meta, dict):
        return True, _text(meta.get("developer_message")) or _text(found.get("errors"))
    for key in ("error", "message", "detail", "developer_message", "errors"):
        if said := _text(found.get(key)):
            return True, said
    if found:
        return True, ""
    # A page of HTML is what a machine in between made.
    words = " ".join(answer.body[:500].decode("utf-8", "replace").replace("\0", "").split())
    return False, "" if words.startswith("<") else words


def _text(value: Any) -> str:
    """A text, or the texts in what stands where one is expected."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_text, value[:10])))
    if isinstance(value, dict):
        return "; ".join(filter(None, (_text(value.get(key)) for key in ("message", "title", "details"))))
    return ""


def _rule(status: int, words: str, own: bool) -> Rule:
    if status == 502 and (own or "not available" in words.lower()):
        return Rule("unavailable", "360dialog does not reach WhatsApp; it is tried again")
    if status >= 500:
        return Rule("ambiguous", _STATUS)
    if status in _HTTP:
        return _HTTP[status]
    told = next((rule for pattern, rule in _WORDS if pattern.search(words)), _INVALID)
    if 400 <= status < 500:
        return told
    return told if told is not _INVALID else Rule("unknown", "an answer that is neither yes nor no")
