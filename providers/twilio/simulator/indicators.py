"""Typing indicators, which also mark a message as read (wire.md §4.6), and the account itself."""

from __future__ import annotations

from typing import Any

from providers.twilio.simulator.door import Answer, Call, Door
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.ids import rfc2822
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.ledger import Ledger
from providers.twilio.simulator.records import API


class Indicators:
    """Version 2 takes a form, version 3 JSON."""

    def __init__(self, door: Door, ledger: Ledger, knobs: Knobs) -> None:
        self._ledger, self._knobs = ledger, knobs
        #: SIDs of the contacts' messages that the business marked read, in order.
        self.marked_read: list[str] = []
        door.on("POST", "/v2/Indicators/Typing.json", self._v2)
        door.on("POST", "/v3/Indicators/Typing.json", self._v3)

    async def _v2(self, call: Call) -> Answer:
        return self._type(dict(await call.form()), "whatsapp")

    async def _v3(self, call: Call) -> Answer:
        return self._type(await call.json(), "WHATSAPP")

    def _type(self, body: dict[str, Any], channel: str) -> Answer:
        if body.get("channel") != channel:
            raise TwilioError(20001, f"channel must be {channel}")
        sid = body.get("messageId")
        if not isinstance(sid, str) or len(sid) != 34 or not sid.startswith(("SM", "MM")):
            raise TwilioError(20001, "messageId is not a message SID")
        message = self._ledger.get(sid)
        if message is not None and not message.inbound:
            raise TwilioError(20001, "messageId is not a message of a contact")
        if self._knobs.known_messages and sid not in self._ledger.told:
            raise TwilioError(20404, f"There is no message {sid}")
        self.marked_read.append(sid)
        return Answer({"success": True}, 201)


class Accounts:
    """What the account says of itself."""

    def __init__(self, door: Door, began: int) -> None:
        self._door, self._began = door, began
        #: What is different from usual ("status": "suspended").
        self.facts: dict[str, Any] = {}
        door.on("GET", API + "/{account}.json", self._tell)

    async def _tell(self, call: Call) -> dict[str, Any]:
        account = self._door.account
        told = {
            "sid": account,
            "owner_account_sid": account,
            "friendly_name": "Simulated account",
            "status": "active",
            "type": "Full",
            "date_created": rfc2822(self._began),
            "date_updated": rfc2822(self._began),
            "uri": f"{API}/{account}.json",
        }
        return told | self.facts
