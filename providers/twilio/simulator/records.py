"""A message as the API keeps and shows it (wire.md §4.4)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from providers.twilio.simulator.contact import Contact
from providers.twilio.simulator.errors import FAILURES
from providers.twilio.simulator.ids import rfc2822
from providers.twilio.simulator.lines import Line

API = "/2010-04-01/Accounts"
#: Statuses from which a message goes on.
UNFINISHED = frozenset({"accepted", "scheduled", "queued", "sending"})


class Message(Struct):
    """One message, in or out. *to* and *sender* are addresses, moments are microseconds. *callback* is where
    its statuses go; *form* what the business asked for."""

    sid: str
    line: Line
    contact: Contact
    to: str
    sender: str
    body: str
    status: str
    at: int
    inbound: bool = False
    media: int = 0
    service: str = ""
    callback: str = ""
    error: int = 0
    sent: int | None = None
    updated: int = 0
    form: dict[str, str] = field(default_factory=dict)

    def told(self, account: str) -> dict[str, Any]:
        """The JSON of the resource."""
        uri = f"{API}/{account}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": account,
            "status": self.status,
            "direction": "inbound" if self.inbound else "outbound-api",
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "num_segments": "1",
            "num_media": str(self.media),
            "messaging_service_sid": self.service or None,
            "error_code": self.error or None,
            "error_message": FAILURES.get(self.error),
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "date_created": rfc2822(self.at),
            "date_sent": rfc2822(self.sent),
            "date_updated": rfc2822(self.updated or self.at),
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }
