"""What Meta tells about the account: templates, number, quality, limits, flows (wire.md 1.8)."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from providers.meta_cloud.simulator.business import Business


class Named(Struct, frozen=True):
    """A template as webhooks name it."""

    id: int = 559911223344
    name: str = "visit_reminder"
    language: str = "es"

    def told(self) -> dict[str, Any]:
        """The three properties that every template field has."""
        return {
            "message_template_id": self.id,
            "message_template_name": self.name,
            "message_template_language": self.language,
        }


class Accounts(Business):
    """Each returns once the business has taken the webhook. *number* says which account is meant: the one
    that the number belongs to. *more* are properties that only some events have."""

    async def template_status(
        self,
        event: str,
        template: Named | None = None,
        *,
        reason: str | None = "NONE",
        category: str = "UTILITY",
        number: str = "",
        **more: Any,
    ) -> None:
        """A template is APPROVED, REJECTED, PAUSED, …; *more*: other_info, rejection_info, disable_info."""
        value = {"event": event, **(template or Named()).told(), "reason": reason}
        value |= {"message_template_category": category, **more}
        await self.reports("message_template_status_update", value, number=number)

    async def template_category(
        self, old: str, new: str, template: Named | None = None, *, at: int = 0, number: str = ""
    ) -> None:
        """A template's category changed, or will at *at* (seconds)."""
        value = (template or Named()).told()
        if at:
            change = {"correct_category": new, "new_category": old, "category_update_timestamp": at}
            await self.reports("template_category_update", {**value, **change}, number=number)
        else:
            change = {"previous_category": old, "new_category": new}
            await self.reports("template_category_update", {**value, **change}, number=number)

    async def template_quality(
        self, old: str, new: str, template: Named | None = None, *, number: str = ""
    ) -> None:
        """A template's quality: GREEN, YELLOW, RED, UNKNOWN."""
        value = {"previous_quality_score": old, "new_quality_score": new, **(template or Named()).told()}
        await self.reports("message_template_quality_update", value, number=number)

    async def template_components(
        self, body: str, template: Named | None = None, *, number: str = "", **more: Any
    ) -> None:
        """A template was edited; *more*: title, footer, buttons (as (type, text, url))."""
        value = {**(template or Named()).told(), "message_template_element": body}
        for name in ("title", "footer"):
            if name in more:
                value[f"message_template_{name}"] = more[name]
        if "buttons" in more:
            value["message_template_buttons"] = [
                {
                    "message_template_button_type": kind,
                    "message_template_button_text": text,
                    **({"message_template_button_url": url} if url else {}),
                }
                for kind, text, url in more["buttons"]
            ]
        await self.reports("message_template_components_update", value, number=number)

    async def quality(
        self, event: str = "THROUGHPUT_UPGRADE", limit: str = "TIER_100K", *, number: str = "", **more: Any
    ) -> None:
        """A number's throughput or messaging limit changed; *more*: current_limit, old_limit."""
        value = {"display_phone_number": self._lines.named(number).display, "event": event, **more}
        value["max_daily_conversations_per_business"] = limit
        await self.reports("phone_number_quality_update", value, number=number)

    async def display_name(
        self, decision: str, name: str, *, reason: str | None = None, number: str = ""
    ) -> None:
        """Meta decided about a display name: APPROVED, REJECTED, DEFERRED, PENDING."""
        value = {"display_phone_number": self._lines.named(number).display, "decision": decision}
        told = {**value, "requested_verified_name": name, "rejection_reason": reason}
        await self.reports("phone_number_name_update", told, number=number)

    async def capability(self, limit: str = "TIER_2K", *, number: str = "", **more: Any) -> None:
        """The messaging limit changed; *more*: max_phone_numbers_per_waba."""
        value = {"max_daily_conversations_per_business": limit, **more}
        await self.reports("business_capability_update", value, number=number)

    async def account(self, event: str, *, number: str = "", **more: Any) -> None:
        """`account_update`: DISABLED_UPDATE with ban_info, ACCOUNT_RESTRICTION with restriction_info, …"""
        await self.reports("account_update", {"event": event, **more}, number=number)

    async def account_review(self, decision: str = "APPROVED", *, number: str = "") -> None:
        """The account was reviewed: APPROVED, REJECTED, PENDING, DEFERRED."""
        await self.reports("account_review_update", {"decision": decision}, number=number)

    async def alert(
        self, kind: str, description: str, *, severity: str = "INFORMATIONAL", number: str = ""
    ) -> None:
        """`account_alerts` about the business."""
        info = {"alert_severity": severity, "alert_status": "ACTIVE"}
        info |= {"alert_type": kind, "alert_description": description}
        value = {"entity_type": "BUSINESS", "entity_id": "880011002200", "alert_info": info}
        await self.reports("account_alerts", value, number=number)

    async def security(self, event: str = "PIN_CHANGED", *, requester: str = "", number: str = "") -> None:
        """The number's PIN: PIN_CHANGED, PIN_RESET_REQUEST, PIN_REQUEST_SUCCESS."""
        value = {"display_phone_number": self._lines.named(number).display, "event": event}
        if requester:
            value["requester"] = requester
        await self.reports("security", value, number=number)

    async def business_username(self, username: str, status: str = "approved", *, number: str = "") -> None:
        """The business' username: approved, reserved, deleted."""
        value = {"display_phone_number": self._lines.named(number).display}
        value |= {"username": username, "status": status} if username else {"status": status}
        await self.reports("business_username_updates", value, number=number)

    async def flow(self, event: str, message: str, flow_id: str, *, number: str = "", **more: Any) -> None:
        """A flow changed its status (old_status, new_status) or its endpoint is slow or away."""
        await self.reports(
            "flows", {"event": event, "message": message, "flow_id": flow_id, **more}, number=number
        )
