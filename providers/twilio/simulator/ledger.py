"""Every message of the account, and the calls that read and change it (wire.md §4.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from gateway.clock import DAY, SECOND
from providers.twilio.simulator.door import Call, Door
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.paging import with_uris
from providers.twilio.simulator.records import API, UNFINISHED, Message

#: Statuses in which a message can still be taken back.
CANCELABLE = frozenset({"accepted", "scheduled", "queued"})


class Ledger:
    """The resource `Messages`: list, fetch, cancel, redact, delete."""

    def __init__(self, door: Door, now: Callable[[], int]) -> None:
        self._door, self._now = door, now
        self._messages: dict[str, Message] = {}
        #: SIDs of contacts' messages that were told, also of those that the list does not have.
        self.told: set[str] = set()
        #: A message was taken back; whoever sends it is told.
        self.canceled: Callable[[Message], None] = lambda message: None
        path = API + "/{account}/Messages"
        door.on("GET", f"{path}.json", self._list)
        door.on("GET", path + "/{sid}.json", self._fetch)
        door.on("POST", path + "/{sid}.json", self._update)
        door.on("DELETE", path + "/{sid}.json", self._delete)

    def add(self, message: Message) -> None:
        """Keep *message*."""
        self._messages[message.sid] = message

    def get(self, sid: str) -> Message | None:
        """The message with this SID."""
        return self._messages.get(sid)

    def found(self, sid: str) -> Message:
        """The message with this SID; `TwilioError` 20404."""
        message = self._messages.get(sid)
        if message is None:
            raise TwilioError(20404, f"The requested resource /Messages/{sid}.json was not found")
        return message

    async def _list(self, call: Call) -> dict[str, Any]:
        """The newest first, of those that the filters let through."""
        # `DateSent>=2026-11-20` is the parameter "DateSent>" with a "=" that belongs to both.
        query = dict(parse_qsl(call.request.query_string, keep_blank_values=True))
        since, until = span(query)
        rows = [
            message.told(self._door.account)
            for message in reversed(self._messages.values())
            if query.get("To") in (None, "", message.to)
            and query.get("From") in (None, "", message.sender)
            and since <= (message.sent or message.at) < until
        ]
        return with_uris("messages", rows, call.request)

    async def _fetch(self, call: Call) -> dict[str, Any]:
        return self.found(call.at("sid")).told(self._door.account)

    async def _update(self, call: Call) -> dict[str, Any]:
        """Cancel with Status=canceled, redact with an empty Body."""
        message, form = self.found(call.at("sid")), dict(await call.form())
        if "Status" in form:
            if form["Status"] != "canceled":
                raise TwilioError(20001, "Status can only be changed to canceled")
            if message.inbound or message.status not in CANCELABLE:
                raise TwilioError(30409)
            message.status, message.updated = "canceled", self._now()
            self.canceled(message)
        if "Body" in form:
            if form["Body"] != "":
                raise TwilioError(20001, "Body can only be emptied")
            message.body, message.updated = "", self._now()
        return message.told(self._door.account)

    async def _delete(self, call: Call) -> web.Response:
        message = self.found(call.at("sid"))
        if message.status in UNFINISHED:
            raise TwilioError(20009)
        del self._messages[message.sid]
        return web.Response(status=204)


def span(query: dict[str, str]) -> tuple[int, int]:
    """The microseconds that `DateSent`, `DateSent<` and `DateSent>` allow, from and below. A date without a
    time is a whole day; both ends belong to it."""
    since, until = 0, 1 << 62
    for name, value in query.items():
        match name:
            case "DateSent":
                first, last = moments(value)
                since, until = max(since, first), min(until, last)
            case "DateSent>":
                since = max(since, moments(value)[0])
            case "DateSent<":
                until = min(until, moments(value)[1])
    return since, until


def moments(value: str) -> tuple[int, int]:
    """The first microsecond of a date or a time, and the first after it."""
    try:
        found = datetime.fromisoformat(value.replace("Z", "+00:00"))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        at = int(aware.timestamp()) * SECOND
    except (ValueError, OverflowError):
        raise TwilioError(20001, f"{value!r} is neither a date nor a time") from None
    return at, at + (SECOND if "T" in value or ":" in value else DAY)
