"""What happens around a business number besides messages of contacts: the WhatsApp Business app, calls,
groups, clicks, errors (wire.md 1.4 and 1.8)."""

from __future__ import annotations

from typing import Any

from gateway.clock import SECOND
from providers.meta_cloud.simulator import contents, ids, webhooks
from providers.meta_cloud.simulator.changes import Changes, ids_of
from providers.meta_cloud.simulator.failures import failure


class Business(Changes):
    """Each returns once the business has taken the webhook."""

    async def echoes(
        self, contact: str, text: str = "", *, kind: str = "", number: str = "", **fields: Any
    ) -> str:
        """Somebody at the business writes to *contact* in the WhatsApp Business app (coexistence): *text*,
        or another *kind* with *fields*; `edit` and `revoke` name their `original_message_id`."""
        line, who, message_id = self._lines.named(number), self._world.contact(contact), ids.wamid()
        content = contents.content_of(kind or "text", fields if kind else {"body": text})
        ends = {"from": line.display, **webhooks.sender(who, self._shown(who, line), "to")}
        told = webhooks.message(ends, message_id, self._now // SECOND, content.kind, content.payload)
        value = {"contacts": [self._profile(who, line)], "message_echoes": [told]}
        await self.reports("smb_message_echoes", value, number=line.phone_number_id)
        return message_id

    async def history(
        self,
        threads: dict[str, list[dict[str, Any]]],
        *,
        phase: int = 0,
        chunk_order: int = 1,
        progress: int = 100,
        number: str = "",
    ) -> None:
        """Old chats of a coexistence number: contact -> messages, each {"text": …, "at": seconds,
        "mine": bool, "status": "READ"}; without a text it is a `media_placeholder`."""
        line = self._lines.named(number)
        told = []
        for contact, messages in threads.items():
            who = self._world.contact(contact)
            lines = [remembered(line.display, who.wa_id, message) for message in messages]
            told.append({"id": who.wa_id, "messages": lines})
        about = {"phase": phase, "chunk_order": chunk_order, "progress": progress}
        value = {"history": [{"metadata": about, "threads": told}]}
        await self.reports("history", value, number=line.phone_number_id)

    async def declines_history(self, *, number: str = "") -> None:
        """The business does not share its history."""
        refused = webhooks.error(2593109, "History sync is turned off", "The business declined.", href=False)
        await self.reports("history", {"history": [{"errors": [refused]}]}, number=number)

    async def syncs(self, contact: str, action: str = "add", *, number: str = "") -> None:
        """The address book of the WhatsApp Business app changes: add (or edit), remove."""
        who = self._world.contact(contact)
        card: dict[str, Any] = {"phone_number": who.wa_id}
        if action == "add":
            card = {"full_name": who.name, "first_name": who.name.split(" ")[0], **card}
        at = {"timestamp": str(self._now // SECOND)}
        told = {"type": "contact", "contact": card, "action": action, "metadata": at}
        await self.reports("smb_app_state_sync", {"state_sync": [told]}, number=number)

    async def calls(self, contact: str, *, number: str = "") -> str:
        """*contact* calls, which opens the window; returns the call's id."""
        line, who = self._lines.named(number), self._world.contact(contact)
        call_id = "wacid." + ids.wamid().removeprefix("wamid.")
        who.wrote[line.phone_number_id] = self._now
        session = {"sdp_type": "offer", "sdp": "v=0"}
        await self._call(contact, call_id, "connect", number, session=session)
        return call_id

    async def hangs_up(self, contact: str, call_id: str, seconds: int = 60, *, number: str = "") -> None:
        """The call ends after *seconds*; 0, it was not taken."""
        end = self._now // SECOND
        told: dict[str, Any] = {"status": "COMPLETED" if seconds else "FAILED"}
        if seconds:
            told |= {"start_time": str(end - seconds), "end_time": str(end), "duration": seconds}
        await self._call(contact, call_id, "terminate", number, **told)

    async def _call(self, contact: str, call_id: str, event: str, number: str, **more: Any) -> None:
        line, who = self._lines.named(number), self._world.contact(contact)
        call = {"id": call_id, **webhooks.sender(who, self._shown(who, line)), "to": line.display}
        call |= {"event": event, "timestamp": str(self._now // SECOND), "direction": "USER_INITIATED"}
        value = {"contacts": [self._profile(who, line)], "calls": [call | more]}
        await self.reports("calls", value, number=line.phone_number_id)

    async def call_status(
        self, contact: str, call_id: str, status: str, *, callback: str = "", number: str = ""
    ) -> None:
        """A call of the business: RINGING, ACCEPTED or REJECTED."""
        who = self._world.contact(contact)
        told = {"id": call_id, "timestamp": str(self._now // SECOND), "type": "call", "status": status}
        told["recipient_id"] = who.wa_id
        if callback:
            told["biz_opaque_callback_data"] = callback
        await self.reports("calls", {"statuses": [told]}, number=number)

    async def joins(
        self, contact: str, group_id: str, *, reason: str = "invite_link", number: str = ""
    ) -> None:
        """*contact* joins a group of the business."""
        who, group = self._world.contact(contact), self._world.group(group_id)
        if who not in group.members:
            group.members.append(who)
        told = {"timestamp": str(self._now // SECOND), "group_id": group_id}
        told["type"] = "group_participants_add"
        shown = self._shown(who, self._lines.named(number))
        people = {"reason": reason, "added_participants": [ids_of(who, shown)]}
        await self.reports("group_participants_update", {"groups": [told | people]}, number=number)

    async def group_changes(
        self, field: str, kind: str, group_id: str, *, number: str = "", **more: Any
    ) -> None:
        """A group is created, deleted, renamed, suspended …: *field* is `group_lifecycle_update` or the
        like, *kind* the `type`."""
        told = {"timestamp": str(self._now // SECOND), "group_id": group_id, "type": kind, **more}
        await self.reports(field, {"groups": [told]}, number=number)

    async def clicks(self, *, component: str = "CTA", token: str = "trk-1", number: str = "") -> None:
        """Somebody, Meta does not say who, opens the link of a marketing message."""
        data = {"click_component": component, "product_id": "", "click_id": ids.number()}
        told = {"action_type": "marketing_messages_link_click", "timestamp": str(self._now // SECOND)}
        told_click = {**told, "marketing_messages_link_click_data": {**data, "tracking_token": token}}
        await self.reports("messages", {"user_actions": [told_click]}, number=number)

    async def complains(self, code: int, *, number: str = "") -> None:
        """Meta tells an error that belongs to no message (`value.errors`)."""
        await self.reports("messages", {"errors": [failure(code)]}, number=number)


def remembered(display: str, wa_id: str, message: dict[str, Any]) -> dict[str, Any]:
    """One message of a thread of `history`."""
    mine, text = message.get("mine", False), message.get("text")
    ends = {"from": display, "to": wa_id} if mine else {"from": wa_id}
    content = {"body": text} if text is not None else None
    kind = "media_placeholder" if text is None else "text"
    told = webhooks.message(ends, message.get("id") or ids.wamid(), message.get("at", 0), kind, content)
    return {**told, "history_context": {"status": message.get("status", "READ")}}
