"""What changes about a contact: number, user id, security code, wish for marketing (wire.md 1.5, 1.8)."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from gateway.clock import SECOND
from providers.meta_cloud.simulator import webhooks
from providers.meta_cloud.simulator.answers import Answers
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.lines import Line

#: value -> what `detail` says of it
DETAILS = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
    "signup": "User signed up via signup link",
}


class Changes(Answers):
    """Each returns once the business has taken every webhook about it."""

    async def changes_number(self, contact: str, new: str, *, number: str = "") -> str:
        """*contact* moves to the phone *new*, which gives it a new user id; returns the system message's id.

        Told by a system message from the old number, then by `user_id_update`. A hidden number is not
        named: then the message is `user_changed_user_id`.
        """
        line, who = self._lines.named(number), self._world.contact(contact)
        before = self._world.rotate(who, new)
        if not self._shown(before, line):
            message_id = await self._told_user_id(line, before, who)
        else:
            body = f"User {who.name} changed from {before.wa_id} to {who.wa_id}"
            system = {"body": body, "wa_id": who.wa_id, "type": "user_changed_number"}
            message_id = await self._write(before, line, "system", system, people=False)
        await self._told_rotation(line, before, who)
        return message_id

    async def changes_user_id(self, contact: str, *, number: str = "") -> str:
        """*contact* gets a new user id (and parent user id, if it has one); told twice, as Meta does."""
        line, who = self._lines.named(number), self._world.contact(contact)
        before = self._world.rotate(who, parent=True)
        message_id = await self._told_user_id(line, before, who)
        await self._told_rotation(line, before, who)
        return message_id

    async def _told_user_id(self, line: Line, before: Contact, who: Contact) -> str:
        body = f"User {who.name} changed from {before.user_id} to {who.user_id}"
        system: dict[str, Any] = {"body": body}
        if self._shown(who, line):
            system["wa_id"] = who.wa_id
        system["user_id"] = who.user_id
        if who.parent_user_id:
            system["parent_user_id"] = who.parent_user_id
        system["type"] = "user_changed_user_id"
        return await self._write(before, line, "system", system, people=False)

    async def _told_rotation(self, line: Line, before: Contact, who: Contact) -> None:
        shown = self._shown(who, line)
        told: dict[str, Any] = {"wa_id": who.wa_id} if shown else {}
        told["detail"] = f"User id for {who.name} has been updated."
        told["user_id"] = {"previous": before.user_id, "current": who.user_id}
        if who.parent_user_id != before.parent_user_id:
            told["parent_user_id"] = {"previous": before.parent_user_id, "current": who.parent_user_id}
        told["timestamp"] = str(self._now // SECOND)
        people = [webhooks.profile(who, shown, bsuids=False)]
        await self.reports(
            "user_id_update", {"contacts": people, "user_id_update": [told]}, number=line.phone_number_id
        )

    async def changes_identity(self, contact: str, *, number: str = "") -> str:
        """*contact*'s security code changes (a new phone): the hash that sends are checked against too."""
        line, who = self._lines.named(number), self._world.contact(contact)
        new = base64.b64encode(secrets.token_bytes(8)).decode()
        if who.identity_key_hash:
            who.identity_key_hash = new
        system = {"body": "User identity changed", "type": "customer_identity_changed"}
        created = str(self._now // SECOND)
        identity = {"acknowledged": True, "created_timestamp": created, "hash": new}
        return await self._write(who, line, "system", system, {"identity": identity})

    async def stops_marketing(self, contact: str, *, number: str = "") -> None:
        """*contact* stops marketing messages."""
        await self._prefers(contact, "stop", number)

    async def resumes_marketing(self, contact: str, *, number: str = "") -> None:
        """*contact* wants marketing messages again."""
        await self._prefers(contact, "resume", number)

    async def signs_up(self, contact: str, signup_id: str = "13170000000001", *, number: str = "") -> None:
        """*contact* signs up for marketing messages by a link."""
        await self._prefers(contact, "signup", number, signup_id=signup_id)

    async def _prefers(self, contact: str, value: str, number: str, **more: str) -> None:
        line, who = self._lines.named(number), self._world.contact(contact)
        told = ids_of(who, self._shown(who, line))
        told |= {"detail": DETAILS[value], "category": "marketing_messages", "value": value, **more}
        told["timestamp"] = self._now // SECOND
        people = [self._profile(who, line)]
        await self.reports(
            "user_preferences",
            {"contacts": people, "user_preferences": [told]},
            number=line.phone_number_id,
        )


def ids_of(contact: Contact, shown: bool) -> dict[str, Any]:
    """wa_id, user_id and parent_user_id, as far as they may be told."""
    told: dict[str, Any] = {"wa_id": contact.wa_id} if shown else {}
    told["user_id"] = contact.user_id
    if contact.parent_user_id:
        told["parent_user_id"] = contact.parent_user_id
    return told
