"""The parameters of the webhook of a message (wire.md §4.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.inbound import Said
from providers.twilio.simulator.lines import Line


def message(
    sid: str, contact: Contact, line: Line, now: int, account: str, said: Said, media: Mapping[str, str]
) -> dict[str, str]:
    """Everything that Twilio tells; *media* is type by URL. A contact who hides the number is named by the
    user id, without `WaId`."""
    shown = contact.shows_phone(line, now)
    wa_id = {"WaId": contact.wa_id} if shown else {}
    context = {"ProfileName": contact.name, **wa_id}
    told = {
        "SmsMessageSid": sid,
        "NumMedia": str(len(media)),
        "ProfileName": contact.name,
        "MessageType": said.kind,
        "SmsSid": sid,
        **wa_id,
        "SmsStatus": "received",
        "Body": said.body,
        "To": line.address,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": account,
        "ExternalUserId": contact.external,
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": context}}),
        "From": contact.address(line, now),
        "ApiVersion": "2010-04-01",
    }
    for place, (url, mime) in enumerate(media.items()):
        told |= {f"MediaContentType{place}": mime, f"MediaUrl{place}": url}
    return told | said.beside


def replied(sid: str, address: str) -> dict[str, str]:
    """The message that this one answers, and who wrote it."""
    return {"OriginalRepliedMessageSid": sid, "OriginalRepliedMessageSender": address}


def forwarded(times: int) -> dict[str, str]:
    """How often the message was passed on."""
    if not times:
        return {}
    return {"Forwarded": "true"} | ({"FrequentlyForwarded": "true"} if times > 5 else {})
