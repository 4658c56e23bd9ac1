"""The calls of the Content API (wire.md §4.5)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from providers.twilio.simulator.contents.book import Book
from providers.twilio.simulator.contents.record import Record
from providers.twilio.simulator.door import Answer, Call, Door
from providers.twilio.simulator.paging import with_meta

ONE = "/v1/Content/{sid}"


class ContentApi:
    """Content, its approvals, and the lists of both versions."""

    def __init__(self, door: Door, book: Book) -> None:
        self._door, self._book = door, book
        #: Where the API is reached.
        self.base = ""
        door.on("POST", "/v1/Content", self._create)
        for version in ("v1", "v2"):
            door.on("GET", f"/{version}/Content", self._list)
            door.on("GET", f"/{version}/ContentAndApprovals", self._list_approvals)
        door.on("GET", ONE, self._tell)
        door.on("PUT", ONE, self._change)
        door.on("DELETE", ONE, self._delete)
        door.on("POST", f"{ONE}/ApprovalRequests/whatsapp", self._submit)
        door.on("GET", f"{ONE}/ApprovalRequests", self._approval)

    async def _create(self, call: Call) -> Answer:
        record = self._book.make(await call.json())
        return Answer(record.linked(self._door.account, self.base), 201)

    async def _list(self, call: Call) -> dict[str, Any]:
        rows = [record.linked(self._door.account, self.base) for record in self._matching(call)]
        return with_meta("contents", rows, call.request, self.base)

    async def _list_approvals(self, call: Call) -> dict[str, Any]:
        rows = [record.approved(self._door.account) for record in self._matching(call)]
        return with_meta("contents", rows, call.request, self.base)

    def _matching(self, call: Call) -> list[Record]:
        """The newest first, of those that the filters (of version 2) let through."""
        query = call.query
        channel, _, status = query.get("ChannelEligibility", "").partition(":")
        found = []
        for record in self._book:
            approved = not channel or (channel == "whatsapp" and record.approval.status == status)
            language = query.get("Language", record.language) == record.language
            kind = query.get("ContentType", record.kind) in record.types
            name = query.get("ContentName", "") in (record.friendly_name, record.approval.name, "")
            if approved and language and kind and name:
                found.append(record)
        return found[::-1]

    async def _tell(self, call: Call) -> dict[str, Any]:
        return self._book.get(call.at("sid")).linked(self._door.account, self.base)

    async def _change(self, call: Call) -> dict[str, Any]:
        record = self._book.get(call.at("sid"))
        self._book.change(record, await call.json())
        return record.linked(self._door.account, self.base)

    async def _delete(self, call: Call) -> web.Response:
        self._book.delete(self._book.get(call.at("sid")))
        return web.Response(status=204)

    async def _submit(self, call: Call) -> Answer:
        record = self._book.get(call.at("sid"))
        self._book.submit(record, await call.json())
        return Answer(record.approval.told(record.kind), 201)

    async def _approval(self, call: Call) -> dict[str, Any]:
        record = self._book.get(call.at("sid"))
        return {
            "sid": record.sid,
            "account_sid": self._door.account,
            "whatsapp": {"type": "whatsapp", **record.approval.told(record.kind)},
            "url": f"{self.base}/v1/Content/{record.sid}/ApprovalRequests",
        }
