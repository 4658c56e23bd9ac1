"""The typing indicator, which is Twilio's read receipt too (wire.md §4.6)."""

from __future__ import annotations

import re

from gateway.provider import ProviderError, Steps
from providers.twilio.answers import answered, read_error
from providers.twilio.contents.calls import call
from providers.twilio.settings import TwilioSettings
from providers.twilio.wire import original

_SID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}", re.ASCII)


class TwilioReceipts:
    """`gateway.provider.Receipts` for Twilio. Repeating one does no harm."""

    def mark_read(self, message_id: str, typing: bool, settings: TwilioSettings) -> Steps[None]:
        """Show that an answer is being written, until it comes, at most 25 seconds; from then on the
        contact's message counts as read. Twilio has no other way to mark one as read (wire.md §5.1), so the
        indicator shows without *typing* too."""
        sid = original(message_id)
        if not _SID.fullmatch(sid):
            title = "a message's id is SM or MM and 32 hex digits; nothing was marked"
            raise ProviderError("invalid", title=title)
        url = f"{settings.messaging_base}/v3/Indicators/Typing.json"
        answer = yield call("POST", url, settings, {"channel": "WHATSAPP", "messageId": sid})
        if answered(answer).get("success") is not True:
            error = read_error(answer)
            raise error if error.code else ProviderError(
                "unknown", title="Twilio did not say that the message was marked as read", http=answer.status
            )  # fmt: skip
