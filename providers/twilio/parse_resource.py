"""A message as the Messages list tells it, read as the webhook that did not come (wire.md §4.4).

The list tells less than a webhook: no id of a tapped button, only its words; no name, no user id, no
reply context. Its files are asked for by `backlog`, which adds them as `media_list`.
"""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from providers.twilio.wire import Parameters, flat

_NAMES = {
    "sid": "MessageSid",
    "account_sid": "AccountSid",
    "from": "From",
    "to": "To",
    "body": "Body",
    "num_media": "NumMedia",
    "messaging_service_sid": "MessagingServiceSid",
    "error_code": "ErrorCode",
    "error_message": "ErrorMessage",
    "status": "MessageStatus",
}
_HOST = "https://api.twilio.com"


def is_resource(found: dict[str, Any]) -> bool:
    """Whether a JSON object is a message of the list, and no webhook."""
    return isinstance(found.get("sid"), str) and "direction" in found and "MessageSid" not in found


def read_resource(found: dict[str, Any]) -> tuple[Parameters, int]:
    """The parameters of the message *found*, and when it came or went, microseconds UTC; 0 when unknown."""
    told = {name: found[key] for key, name in _NAMES.items() if key in found}
    if found.get("direction") == "inbound":
        told.pop("MessageStatus", None)
    files = found.get("media_list")
    for index, file in enumerate(files if isinstance(files, list) else ()):
        if isinstance(file, dict):
            told |= _file(index, file, found.get("media_base"))
    return flat(told), moment(found.get("date_sent")) or moment(found.get("date_created"))


def _file(index: int, file: dict[str, Any], base: Any) -> Parameters:
    """The parameters of one file: `{"sid": "ME…", "content_type": "image/jpeg", "uri": "/2010-…json"}`."""
    uri, kind = file.get("uri"), file.get("content_type")
    if not isinstance(uri, str) or not uri.startswith("/"):
        return {}
    url = (base if isinstance(base, str) else _HOST) + uri.removesuffix(".json")
    return {f"MediaUrl{index}": url} | ({f"MediaContentType{index}": kind} if isinstance(kind, str) else {})


def moment(value: Any) -> int:
    """ "Fri, 20 Nov 2026 10:00:00 +0000" in microseconds UTC; 0 when it is no such text."""
    if not isinstance(value, str):
        return 0
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return 0
    at = found if found.tzinfo else found.replace(tzinfo=UTC)
    return max(0, round(at.timestamp()) * 1_000_000)
