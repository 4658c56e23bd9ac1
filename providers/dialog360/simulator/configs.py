"""360dialog's own paths below /v1/configs: where webhooks go, and templates (wire.md §3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from providers.dialog360.simulator.door import HubDoor
from providers.dialog360.simulator.emitter import HubEmitter, Registered
from providers.dialog360.simulator.refusals import HubError, NotThere
from providers.meta_cloud.simulator.calls import Call
from providers.meta_cloud.simulator.templates.book import TemplateBook

WEBHOOK, TEMPLATES = "/v1/configs/webhook", "/v1/configs/templates"
#: Templates of a page at most, whatever is asked for.
MOST = 1000


class Configs:
    """Answers for the webhook's address and for templates."""

    def __init__(self, door: HubDoor, emitter: HubEmitter, book: TemplateBook) -> None:
        self._door, self._emitter, self._book = door, emitter, book
        self.most = MOST
        door.config("GET", WEBHOOK, self._told)
        door.config("POST", WEBHOOK, self._register)
        door.config("GET", TEMPLATES, self._list)
        door.config("POST", TEMPLATES, self._create)
        door.config("DELETE", TEMPLATES + "/{name}", self._delete)

    async def _told(self, call: Call) -> dict[str, Any]:
        target = self._emitter.target(call.line.phone_number_id)
        return {"url": target.url, "headers": target.headers}

    async def _register(self, call: Call) -> dict[str, Any]:
        """Address and headers, both replaced. 360dialog does not ask the address anything."""
        body = await call.json()
        url, headers = body.get("url"), body.get("headers", {})
        if not isinstance(url, str) or not _callable(url):
            raise refused("url must be an https address")
        if not isinstance(headers, dict) or not all(isinstance(each, str) for each in headers.values()):
            raise refused("headers must be an object of texts")
        if strange := body.keys() - {"url", "headers"}:
            raise refused(f"unknown field {sorted(strange)[0]}")
        self._emitter.registered[call.line.phone_number_id] = Registered(url, headers)
        return {"url": url, "headers": headers}

    async def _list(self, call: Call) -> dict[str, Any]:
        """A page: `limit` and `offset` count, the status is in small letters."""
        limit, offset = _count(call, "limit", self.most), _count(call, "offset", 0)
        limit = min(limit, self.most)
        found = [record.listed() for record in self._book.of(call.line.waba_id) if not record.source]
        page = [{**each, "status": each["status"].lower()} for each in found[offset : offset + limit]]
        counts = {"count": len(page), "total": len(found), "limit": limit, "offset": offset}
        return {**counts, "waba_templates": page}

    async def _create(self, call: Call) -> dict[str, Any]:
        told = await self._door.handler("POST", "waba", "message_templates")(call)
        assert isinstance(told, dict)
        return {**told, "status": told["status"].lower()}

    async def _delete(self, call: Call) -> dict[str, Any]:
        """Every language of the name."""
        found = self._book.named(call.line.waba_id, call.request.match_info["name"])
        if not found:
            raise NotThere("Template not found")
        for record in found:
            self._book.remove(record)
        return {"meta": {"success": True, "http_code": 200}}


def refused(words: str) -> HubError:
    """A 400 of 360dialog's own."""
    return HubError("disabled", words)


def _callable(url: str) -> bool:
    """Whether 360dialog would call *url*: https, or this machine, where a simulator and its gateway are."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost"))


def _count(call: Call, name: str, usual: int) -> int:
    given = call.query.get(name, str(usual))
    if not (given.isascii() and given.isdigit()):
        raise refused(f"{name} is not a number")
    return int(given)
