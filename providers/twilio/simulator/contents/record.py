"""A content and its approval, as the API shows them."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from providers.twilio.simulator.contents.types import chosen
from providers.twilio.simulator.ids import iso8601


class Approval(Struct):
    """What WhatsApp makes of a content. *status* is one of unsubmitted, received, pending, approved,
    rejected, paused, disabled."""

    name: str = ""
    category: str = ""
    status: str = "unsubmitted"
    reason: str = ""

    def told(self, kind: str) -> dict[str, Any]:
        """The JSON."""
        return {
            "name": self.name,
            "category": self.category,
            "content_type": kind,
            "status": self.status,
            "rejection_reason": self.reason,
            "allow_category_change": True,
        }


class Record(Struct):
    """One content; moments are microseconds."""

    sid: str
    friendly_name: str
    language: str
    variables: dict[str, str]
    types: dict[str, Any]
    at: int
    updated: int
    approval: Approval = field(default_factory=Approval)

    @property
    def kind(self) -> str:
        """The type that WhatsApp gets."""
        return chosen(self.types)

    def told(self, account: str) -> dict[str, Any]:
        """What all answers about a content have."""
        return {
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.friendly_name,
            "language": self.language,
            "variables": self.variables,
            "types": self.types,
            "date_created": iso8601(self.at),
            "date_updated": iso8601(self.updated),
        }

    def linked(self, account: str, base: str) -> dict[str, Any]:
        """The resource, with its addresses."""
        url = f"{base}/v1/Content/{self.sid}"
        links = {
            "approval_create": f"{url}/ApprovalRequests/whatsapp",
            "approval_fetch": f"{url}/ApprovalRequests",
        }
        return {**self.told(account), "url": url, "links": links}

    def approved(self, account: str) -> dict[str, Any]:
        """The content with its approval."""
        return {**self.told(account), "approval_requests": self.approval.told(self.kind)}
