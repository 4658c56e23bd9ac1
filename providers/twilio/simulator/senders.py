"""The Senders API: what a WhatsApp sender is and where its webhooks go (wire.md §4.6)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from providers.twilio.simulator.door import Answer, Call, Door
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.lines import Line, Lines
from providers.twilio.simulator.paging import with_meta

PATH = "/v2/Channels/Senders"
WEBHOOK = (
    *("callback_url", "callback_method", "fallback_url", "fallback_method"),
    *("status_callback_url", "status_callback_method"),
)


class Senders:
    """Lists, tells and changes senders."""

    def __init__(self, door: Door, lines: Lines) -> None:
        self._lines = lines
        self.base = ""
        self.waba_id = "198700112233445"
        #: What is different from usual: number -> field -> value ("status": "OFFLINE").
        self.facts: dict[str, dict[str, Any]] = {}
        door.on("GET", PATH, self._list)
        door.on("GET", PATH + "/{sid}", self._tell)
        door.on("POST", PATH + "/{sid}", self._update)

    def _found(self, call: Call) -> Line:
        line = self._lines.by_sid(call.at("sid"))
        if line is None:
            raise TwilioError(20404, f"The requested resource {call.request.path} was not found")
        return line

    def _told(self, line: Line) -> dict[str, Any]:
        told = {
            "sid": line.sid,
            "sender_id": line.address,
            "status": line.status,
            "configuration": {"waba_id": self.waba_id},
            "webhook": {name: line.webhook.get(name) for name in WEBHOOK},
            "profile": {"name": line.name},
            "properties": {"quality_rating": "HIGH", "messaging_limit": "1K Customers/24hr"},
            "offline_reasons": None,
            "compliance": None,
            "url": f"{self.base}{PATH}/{line.sid}",
        }
        return told | self.facts.get(line.number, {})

    async def _list(self, call: Call) -> dict[str, Any]:
        if call.query.get("Channel", "whatsapp") != "whatsapp":
            raise TwilioError(20001, "Channel must be whatsapp")
        return with_meta("senders", [self._told(line) for line in self._lines], call.request, self.base)

    async def _tell(self, call: Call) -> web.Response | dict[str, Any]:
        return self._told(self._found(call))

    async def _update(self, call: Call) -> Answer:
        """What is not named stays as it is; null or "" takes it away."""
        line, body = self._found(call), await call.json()
        webhook, profile = part(body, "webhook"), part(body, "profile")
        if not webhook and not profile and not part(body, "configuration"):
            raise TwilioError(63100)
        for name, value in webhook.items():
            check_webhook(name, value)
        for name, value in webhook.items():
            if value:
                line.webhook[name] = value
            else:
                line.webhook.pop(name, None)
        if profile.get("name"):
            line.name = str(profile["name"])
        return Answer(self._told(line), 202)


def part(body: dict[str, Any], name: str) -> dict[str, Any]:
    """An object that may be left out."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise TwilioError(20001, f"{name} is not an object")
    return value


def check_webhook(name: str, value: Any) -> None:
    """A member of `webhook`."""
    if name not in WEBHOOK:
        raise TwilioError(20001, f"webhook has no {name}")
    if not value:
        return
    if name.endswith("_method"):
        if value not in ("GET", "POST"):
            raise TwilioError(20001, f"webhook.{name} must be GET or POST")
    elif not isinstance(value, str) or not value.startswith(("http://", "https://")) or len(value) > 2048:
        raise TwilioError(20001, f"webhook.{name} is not a URL")
