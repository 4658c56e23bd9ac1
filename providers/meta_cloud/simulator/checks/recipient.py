"""Who a request is addressed to (wire.md 2.1, 6)."""

from __future__ import annotations

import re
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import BSUID, one_of, text

_PHONE = re.compile(r"\+?[0-9 ()\-]+", re.ASCII)


def check_recipient(body: dict[str, Any], own_number: str) -> None:
    """A phone or a group in `to`, or a user id in `recipient`; `to` wins when both are given."""
    kind = one_of(body, "recipient_type", ("individual", "group")) if "recipient_type" in body else ""
    if "to" not in body and "recipient" in body:
        if kind == "group":
            raise invalid("recipient", "is not for groups; the group's id goes into to")
        if not BSUID.fullmatch(text(body, "recipient")):
            raise invalid("recipient", "is not a user id")
        return
    to = text(body, "to")
    if kind == "group":
        return
    digits = "".join(filter(str.isdigit, to))
    if not _PHONE.fullmatch(to) or not 5 <= len(digits) <= 15:
        raise invalid("to", "is not a phone number")
    if digits == own_number:
        raise GraphError(131021, "The recipient is the sender's own number.")
