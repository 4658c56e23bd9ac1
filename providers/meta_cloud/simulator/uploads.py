"""Resumable uploads of sample media: a session, its bytes, a handle (wire.md 2.3)."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from msgspec import Struct

from providers.meta_cloud.simulator import filetypes
from providers.meta_cloud.simulator.calls import Call, Door, Found
from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.lines import Lines


class Session(Struct):
    """An upload that has begun."""

    mime: str
    length: int
    data: bytes = b""


class Uploads:
    """The edge `uploads` of an app, and the sessions that it opens."""

    def __init__(self, door: Door, lines: Lines, app_id: str) -> None:
        self._lines, self._app_id = lines, app_id
        self._sessions: dict[str, Session] = {}
        #: handle -> mime type
        self.handles: dict[str, str] = {}
        door.find(self._find)
        door.on("POST", "app", "uploads", self._open)
        door.on("GET", "upload", "", self._tell)
        door.on("POST", "upload", "", self._write)

    def _find(self, node: str) -> Found | None:
        if node == self._app_id:
            return Found("app", self._lines.first)
        return Found("upload", self._lines.first) if node in self._sessions else None

    async def _open(self, call: Call) -> dict[str, Any]:
        query = call.query
        mime, length = query.get("file_type"), query.get("file_length", "")
        if not mime:
            raise missing("file_type")
        if not (length.isascii() and length.isdigit() and 0 < int(length) <= filetypes.DOCUMENT):
            raise invalid("file_length", "is not the number of bytes")
        session = f"upload:{secrets.token_urlsafe(24)}"
        self._sessions[session] = Session(mime, int(length))
        return {"id": session}

    async def _tell(self, call: Call) -> dict[str, Any]:
        return {"id": call.node, "file_offset": len(self._sessions[call.node].data)}

    async def _write(self, call: Call) -> dict[str, Any]:
        """The bytes from `file_offset` on; with the last one comes the handle."""
        session = self._sessions[call.node]
        offset = call.request.headers.get("file_offset")
        if offset is None:
            raise missing("file_offset")
        if offset != str(len(session.data)):
            raise invalid("file_offset", f"must be {len(session.data)}")
        session.data += await call.request.read()
        if len(session.data) < session.length:
            return {"id": call.node, "file_offset": len(session.data)}
        if len(session.data) > session.length:
            raise GraphError(100, f"The file has more than the {session.length} bytes announced.")
        filetypes.check_upload(session.mime, session.data)
        del self._sessions[call.node]
        handle = "4::" + base64.b64encode(secrets.token_bytes(24)).decode()
        self.handles[handle] = filetypes.plain(session.mime)
        return {"h": handle}
