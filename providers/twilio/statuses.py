"""What became of a message that we sent (wire.md §4.3)."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from gateway.model.event import ChannelEvent, StatusReceived
from gateway.model.ids import digest
from gateway.model.notice import UnknownStatus
from gateway.model.status import Failure, Status
from providers.twilio.errors import failed
from providers.twilio.people import address, person, phone
from providers.twilio.wire import Parameters, integer

#: Twilio has the message and nothing has happened to it yet: "accepted" moves no part forward, and proves
#: that one arrived whose answer was lost.
STATUSES: dict[str, Status] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
#: Words for messages that came to us.
INBOUND = frozenset({"received", "receiving"})
_QUERY = re.compile(r"(?:^|&)([cn])=([^&]*)")
_MOST = 512
_CODE = re.compile(r"([0-9]{3,9})\b", re.ASCII)


def word(parameters: Parameters) -> str:
    """The status that a webhook tells, in lower case; "" when it is about a message that came to us."""
    told = (parameters.get("MessageStatus") or parameters.get("SmsStatus", "")).lower()
    return "" if told in INBOUND else told


def called(query: str) -> tuple[str, str]:
    """What we wrote into the callback's address: our id of the message as `c`, and as `n` the number of a
    channel whose messaging service chooses the sender. "" for what is not there."""
    found: dict[str, str] = {}
    for name, value in _QUERY.findall(query):
        told = unquote_plus(value).replace("\0", "").encode("utf-8", "replace").decode()
        found.setdefault(name, told if len(told) <= _MOST else "")
    return found.get("c", ""), phone(found.get("n", ""))


def read_status(
    parameters: Parameters, sid: str, query: str, raw: bytes
) -> StatusReceived | ChannelEvent | None:
    """The status in *parameters*; a word that we do not know becomes the channel event "status_unknown".
    None for a status that nobody misses: not under way yet, and no sender chosen of a messaging service."""
    told, account = word(parameters), parameters.get("AccountSid", "")
    correlation, own = called(query)
    number = own or address(parameters.get("From", ""))
    status = STATUSES.get(told)
    if status is None:
        key = digest(account, "status_unknown", sid, told).hex()
        return ChannelEvent("status_unknown", key, 0, number, account, UnknownStatus(sid, told), raw=raw)
    if status == "accepted" and not number:
        return None
    return StatusReceived(
        number=number,
        message_id=sid,
        status=status,
        at=0,  # Twilio does not say when: a status is unique with its word
        recipient=person(parameters, "To"),
        correlation=correlation,
        failure=_failure(parameters, told) if status == "failed" else None,
        raw=raw,
    )


def _failure(parameters: Parameters, told: str) -> Failure:
    """Why it failed; the subcode is WhatsApp's own ("131026 Message Undeliverable.")."""
    if told == "canceled":
        return Failure("unknown", title="canceled", details="canceled at Twilio before it was sent")
    code = integer(parameters.get("ErrorCode", ""))
    whatsapp = parameters.get("ChannelStatusMessage", "")
    theirs = _CODE.match(whatsapp)
    return Failure(
        kind=failed(code) if code else "unknown",
        code=code,
        subcode=integer(theirs[1]) if theirs else 0,
        title=parameters.get("ErrorMessage", "")[:500],
        details=whatsapp[:1000],
    )
