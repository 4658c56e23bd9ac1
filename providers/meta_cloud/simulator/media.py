"""The media store: uploads live 30 days, what contacts sent 7, a URL five minutes (wire.md 2.3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from msgspec import Struct

from gateway.clock import DAY, SECOND
from gateway.simulator.samples import sample
from providers.meta_cloud.simulator import filetypes, ids
from providers.meta_cloud.simulator.calls import Call, Door, Found
from providers.meta_cloud.simulator.errors import GraphError, missing
from providers.meta_cloud.simulator.lines import Line

UPLOADED, INBOUND, URL_SECONDS = 30 * DAY, 7 * DAY, 300
PATH = "/whatsapp_business/attachments/"


class Medium(Struct, frozen=True):
    """One file; *until* is microseconds."""

    id: str
    line: Line
    mime: str
    data: bytes
    until: int

    @property
    def sha256(self) -> bytes:
        """The digest, raw: webhooks show it in base64, the answer to GET in hex."""
        return hashlib.sha256(self.data).digest()


class MediaStore:
    """Keeps files for the numbers, and hands them out."""

    def __init__(self, door: Door, now: Callable[[], int]) -> None:
        self._door, self._now = door, now
        self._media: dict[str, Medium] = {}
        self._secret = secrets.token_bytes(16)
        #: Where the simulator is reached, "http://127.0.0.1:8080".
        self.base = ""
        door.find(self._find)
        door.on("POST", "number", "media", self._upload)
        door.on("GET", "media", "", self._tell)
        door.on("DELETE", "media", "", self._delete)

    def routes(self) -> list[web.RouteDef]:
        """The host of downloads."""
        return [web.get(PATH, self._download)]

    def get(self, media_id: str, line: Line | None = None) -> Medium | None:
        """The file with this id, if it lives and is *line*'s (None: anybody's)."""
        found = self._media.get(media_id)
        if found is None or self._now() >= found.until or (line is not None and found.line != line):
            return None
        return found

    def keep(self, line: Line, mime: str, data: bytes, life: int = INBOUND) -> str:
        """Keep *data*; its id. *life* is microseconds."""
        medium = Medium(ids.number(), line, mime, data, self._now() + life)
        self._media[medium.id] = medium
        return medium.id

    def store_inbound(self, line: Line, mime: str, data: bytes | None = None) -> dict[str, Any]:
        """Keep what a contact sends (None: a small valid file of that type); how the webhook names it."""
        medium = self._media[self.keep(line, mime, sample(mime) if data is None else data)]
        digest = base64.b64encode(medium.sha256).decode()
        told = {"id": medium.id, "mime_type": mime, "sha256": digest}
        return {**told, "url": self.url(medium, "webhook")} if self.base else told

    def url(self, medium: Medium, source: str) -> str:
        """Where *medium* can be fetched for the next five minutes."""
        until = self._now() // SECOND + URL_SECONDS
        query = {"mid": medium.id, "source": source, "ext": until, "hash": self._sign(medium.id, str(until))}
        return f"{self.base}{PATH}?{urlencode(query)}"

    def _sign(self, media_id: str, until: str) -> str:
        return hmac.new(self._secret, f"{media_id}/{until}".encode(), hashlib.sha256).hexdigest()[:32]

    def _find(self, node: str) -> Found | None:
        medium = self.get(node)
        return Found("media", medium.line) if medium else None

    async def _upload(self, call: Call) -> dict[str, Any]:
        form = await call.request.post()
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, "Parameter messaging_product must be whatsapp.")
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise missing("file")
        mime = str(form.get("type") or file.content_type)
        data = file.file.read()
        filetypes.check_upload(mime, data)
        return {"id": self.keep(call.line, mime, data, UPLOADED)}

    async def _tell(self, call: Call) -> dict[str, Any]:
        medium = self._own(call)
        return {
            "messaging_product": "whatsapp",
            "url": self.url(medium, "getMedia"),
            "mime_type": medium.mime,
            "sha256": medium.sha256.hex(),
            "file_size": len(medium.data),
            "id": medium.id,
        }

    async def _delete(self, call: Call) -> dict[str, Any]:
        del self._media[self._own(call).id]
        return {"success": True}

    def _own(self, call: Call) -> Medium:
        """The file that is asked for; with `phone_number_id` only if it is that number's."""
        number = call.query.get("phone_number_id", call.line.phone_number_id)
        if number != call.line.phone_number_id:
            raise GraphError(33, f"Object with ID {call.node!r} does not belong to {number}.")
        return self._media[call.node]

    async def _download(self, request: web.Request) -> web.Response:
        """The bytes: 401 without the token, 404 once the URL or the file has expired."""
        try:
            self._door.check_token(request)
        except GraphError as error:
            return web.json_response(error.body(), status=401)
        media_id, until = request.query.get("mid", ""), request.query.get("ext", "")
        signed = request.query.get("hash") == self._sign(media_id, until)
        medium = self.get(media_id)
        if not signed or medium is None or self._now() // SECOND >= int(until):
            return web.Response(status=404, text="URL signature expired")
        return web.Response(body=medium.data, headers={"Content-Type": medium.mime})
