"""What contacts send: kept by Twilio until it is deleted, handed out by a second host (wire.md §4.6)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from aiohttp import web
from msgspec import Struct

from providers.twilio.simulator.door import Call, Door
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.ids import rfc2822, sid
from providers.twilio.simulator.paging import with_uris
from providers.twilio.simulator.records import API


class Stored(Struct):
    """One file. *message* is the SID of the message that it came with, once there is one."""

    sid: str
    mime: str
    data: bytes
    filename: str
    at: int
    message: str = ""


class MediaStore:
    """The resource `Media` of messages. A GET for the bytes leads to another host, which knows the file by
    a secret in its URL and refuses requests that bring credentials along."""

    def __init__(self, door: Door, now: Callable[[], int]) -> None:
        self._door, self._now = door, now
        self._media: dict[str, Stored] = {}
        self._secret = secrets.token_urlsafe(16)
        #: Where the API and where the other host are reached, "http://127.0.0.1:8080".
        self.base = self.cdn = ""
        path = API + "/{account}/Messages/{sid}/Media"
        door.on("GET", f"{path}.json", self._list)
        door.on("GET", path + "/{media}.json", self._tell)
        door.on("GET", path + "/{media}", self._lead)
        door.on("DELETE", path + "/{media}.json", self._delete)
        door.on("DELETE", path + "/{media}", self._delete)

    def keep(self, data: bytes, mime: str, filename: str = "") -> Stored:
        """Keep a file."""
        stored = Stored(sid("ME"), mime, data, filename, self._now())
        self._media[stored.sid] = stored
        return stored

    def url(self, stored: Stored) -> str:
        """`MediaUrl` of a webhook."""
        return f"{self.base}{API}/{self._door.account}/Messages/{stored.message}/Media/{stored.sid}"

    def forget(self, message: str) -> None:
        """The files of a message are deleted."""
        self._media = {sid: one for sid, one in self._media.items() if one.message != message}

    def _found(self, call: Call) -> Stored:
        stored = self._media.get(call.at("media"))
        if stored is None or stored.message != call.at("sid"):
            raise TwilioError(20404, f"The requested resource {call.request.path} was not found")
        return stored

    def _told(self, stored: Stored) -> dict[str, Any]:
        uri = f"{API}/{self._door.account}/Messages/{stored.message}/Media/{stored.sid}.json"
        return {
            "sid": stored.sid,
            "account_sid": self._door.account,
            "parent_sid": stored.message,
            "content_type": stored.mime,
            "date_created": rfc2822(stored.at),
            "date_updated": rfc2822(stored.at),
            "uri": uri,
        }

    async def _list(self, call: Call) -> dict[str, Any]:
        mine = [self._told(one) for one in self._media.values() if one.message == call.at("sid")]
        return with_uris("media_list", mine, call.request)

    async def _tell(self, call: Call) -> dict[str, Any]:
        return self._told(self._found(call))

    async def _lead(self, call: Call) -> web.Response:
        """To the host that has the bytes."""
        stored = self._found(call)
        location = f"{self.cdn}/{self._door.account}/{stored.sid}?signature={self._secret}"
        return web.Response(status=307, headers={"Location": location})

    async def _delete(self, call: Call) -> web.Response:
        del self._media[self._found(call).sid]
        return web.Response(status=204)

    # The other host.

    def elsewhere(self) -> web.Application:
        """The host that the API leads to: it knows no accounts, and takes no credentials."""
        app = web.Application()
        app.add_routes([web.get("/{account}/{media}", self._hand_out)])
        return app

    async def _hand_out(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            return web.Response(status=400, text="InvalidArgument: only one auth mechanism allowed")
        if request.query.get("signature") != self._secret:
            return web.Response(status=403, text="AccessDenied")
        stored = self._media.get(request.match_info["media"])
        if stored is None:
            return web.Response(status=404, text="NoSuchKey")
        headers = {"Content-Type": stored.mime}
        if stored.filename:
            headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(stored.filename)}"
        return web.Response(body=stored.data, headers=headers)
