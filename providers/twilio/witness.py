"""What Twilio's list says of a message of which we do not know whether it was sent (wire.md §4.4: there is no
key for repeats, "look the message up before repeating")."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from gateway.provider import Steps
from gateway.provider.told import rows
from providers.twilio.answers import answered
from providers.twilio.contents.calls import call
from providers.twilio.parse_resource import moment
from providers.twilio.send import recipient
from providers.twilio.settings import TwilioSettings

PAGE = 50


class TwilioWitness:
    """`gateway.provider.Witness` for Twilio."""

    def sent(
        self, part: Mapping[str, Any], to: str, since: int, settings: TwilioSettings
    ) -> Steps[tuple[str, ...]]:
        """See `sent`."""
        return sent(part, to, since, settings)


def sent(part: Mapping[str, Any], to: str, since: int, settings: TwilioSettings) -> Steps[tuple[str, ...]]:
    """The sids of messages to *to* since *since* that may be *part*, oldest first: with its words, where it
    has any of its own; a content's words are Twilio's. Raises `ProviderError`."""
    day = datetime.fromtimestamp(max(0, since) / 1e6, UTC).date().isoformat()
    query = {"To": recipient(to), "DateSent>": day, "PageSize": PAGE}
    if not settings.messaging_service_sid:
        query["From"] = settings.sender
    told = answered((yield call("GET", f"{settings.messages_url}?{urlencode(query)}", settings)))
    words = part.get("Body")
    found = [
        message
        for message in rows(told.get("messages"))
        if str(message.get("direction", "")).startswith("outbound")
        and moment(message.get("date_created")) >= since // 1_000_000 * 1_000_000
        and (words is None or message.get("body") == words)
    ]
    return tuple(str(message.get("sid")) for message in reversed(found))
