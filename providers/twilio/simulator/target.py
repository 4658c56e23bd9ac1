"""Where a webhook goes, and what came back."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from msgspec import Struct

#: Answers that take a webhook.
OK = range(200, 300)
#: Content types in which Twilio looks for TwiML; with plain text it does nothing.
_TYPES = ("text/xml", "application/xml", "text/plain")


class Target(Struct, frozen=True):
    """A URL (its fragment are connection overrides), and where to go when it fails. What the answer to a
    message holds is TwiML, that to a status is not looked at."""

    url: str
    method: str = "POST"
    fallback: str = ""
    fallback_method: str = "POST"
    wants_twiml: bool = False


class Told(Struct, frozen=True):
    """What the business answered, in words. *failure* is its kind in connection overrides ("5xx", "ct",
    "rt"), "" for none."""

    answer: str
    failure: str
    content_type: str = ""
    body: bytes = b""


def complaint(told: Told) -> str:
    """What Twilio's debugger says of an answer that it cannot use (the message counts as taken)."""
    if not told.body.strip():
        return ""
    kind = told.content_type.partition(";")[0].strip().lower()
    if kind not in _TYPES:
        return f"12300 invalid Content-Type {kind or '(none)'}"
    if kind == "text/plain":
        return ""
    # An answer that declares entities could make the parser busy for very long.
    if b"<!" in told.body:
        return "12100 document parse failure"
    try:
        root = ElementTree.fromstring(told.body)
    except ElementTree.ParseError:
        return "12100 document parse failure"
    return "" if root.tag == "Response" else "12200 schema validation warning: no Response"
