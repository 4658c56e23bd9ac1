"""A message that a contact sent, to a `MessageReceived` for each thing in it (wire.md §4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gateway.model.event import Context, MessageReceived, Referral
from providers.twilio.kinds import read_content
from providers.twilio.people import PREFIX, address, person
from providers.twilio.wire import Parameters, Unreadable, nth

_NO_CONTEXT = Context()
#: What Twilio's own opt-out management has answered, where a messaging service has it on.
_OPTED: Mapping[str, Literal["", "out", "in"]] = {"STOP": "out", "START": "in"}


def read_messages(parameters: Parameters, sid: str, raw: bytes, at: int = 0) -> list[MessageReceived]:
    """What *parameters* hold: one message, or one for each of its files. Raises `Unreadable` when it has no
    sender or no recipient. *at* is 0 in a webhook, which tells no time."""
    number = address(parameters.get("To", ""))
    if not number:
        raise Unreadable("a message without To: nobody knows whose it is")
    sender = person(parameters, "From")
    if not sender.identities:
        raise Unreadable("a message without From and ExternalUserId")
    context, referral = _context(parameters), _referral(parameters)
    opted = _OPTED.get(parameters.get("OptOutType", "").upper(), "")
    return [
        MessageReceived(number, nth(sid, index), sender, content, at, context, referral, raw=raw, opted=opted)
        for index, content in enumerate(read_content(parameters))
    ]


def _context(parameters: Parameters) -> Context:
    get = parameters.get
    reply, author = get("OriginalRepliedMessageSid", ""), get("OriginalRepliedMessageSender", "")
    forwarded, often = _true(get("Forwarded", "")), _true(get("FrequentlyForwarded", ""))
    if not (reply or author or forwarded or often):
        return _NO_CONTEXT
    return Context(reply, forwarded or often, frequently_forwarded=often, author=author.removeprefix(PREFIX))


def _true(value: str) -> bool:
    return value.lower() in ("true", "1")


def _referral(parameters: Parameters) -> Referral | None:
    """The ad or post; its parameters come blank, and `ReferralNumMedia` with nearly every message."""
    get = parameters.get
    if not (get("ReferralSourceId") or get("ReferralCtwaClid")):
        return None
    return Referral(
        source_url=get("ReferralSourceUrl", ""),
        source_id=get("ReferralSourceId", ""),
        source_type=get("ReferralSourceType", ""),
        headline=get("ReferralHeadline", ""),
        body=get("ReferralBody", ""),
        click_id=get("ReferralCtwaClid", ""),
        media_type=get("ReferralMediaContentType", ""),
        media_url=get("ReferralMediaUrl", ""),
    )
