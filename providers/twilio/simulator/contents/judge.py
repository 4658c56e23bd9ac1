"""Whether a content can be sent, and what the phone gets to see (wire.md §4.5, §4.7)."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from providers.twilio.simulator.contents.filled import filled, names
from providers.twilio.simulator.contents.record import Record
from providers.twilio.simulator.contents.session import allowed
from providers.twilio.simulator.contents.types import check_type, without_nulls
from providers.twilio.simulator.errors import TwilioError

#: What WhatsApp does not take as a value of a template.
_UNFIT = re.compile(r"[\n\t]| {5,}")
ONE_TIME_CODE = "whatsapp/authentication"
_STOPPED = {"rejected": 63040, "paused": 63041, "disabled": 63042}


class Sendable(Struct, frozen=True):
    """A content with its values. *code* is 0, or what the message fails with after it was accepted."""

    kind: str
    content: dict[str, Any]
    approved: bool
    code: int = 0


def judge(record: Record, values: dict[str, str], *, in_window: bool) -> Sendable:
    """*record* with *values* of a send; those that are not given are the defaults."""
    kind = record.kind
    template = without_nulls(record.types[kind])
    content = filled(template, {**record.variables, **values})
    if kind == ONE_TIME_CODE:
        # The words are WhatsApp's, the code is the first variable.
        content["body"] = f"{values.get('1', '')} is your verification code."
    approved = record.approval.status == "approved"
    code = _code(record, template, content, values, in_window)
    return Sendable(kind, content, approved, code)


def _code(
    record: Record, template: dict[str, Any], content: dict[str, Any], values: dict[str, str], in_window: bool
) -> int:
    status = record.approval.status
    used = {"1"} if record.kind == ONE_TIME_CODE else names(template)
    if status != "approved":
        if not in_window:
            return _STOPPED.get(status, 63016)
        if not allowed(record.kind, template):
            return _STOPPED.get(status, 63027)
    known = record.variables.keys() | values.keys()
    if used - known or values.keys() - used - record.variables.keys():
        return 63028
    if status == "approved" and any(not value.strip() or _UNFIT.search(value) for value in values.values()):
        return 63013
    try:
        check_type(record.kind, content)
    except TwilioError:
        return 63021
    return 0
