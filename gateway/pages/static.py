"""Files that belong to a plugin's pages: pictures, styles, fonts, in its folder "static"."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import web
from msgspec import Struct

from gateway.errors import PluginError
from gateway.pages.checked import STATIC

#: What may be served, by the end of its name. No script: a page runs none.
TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_SAFE = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class StaticFile(Struct, frozen=True):
    """One file: where it is, what it is, and a few characters that are others when it is."""

    path: Path
    type: str
    mark: str


class Static:
    """The files of *plugin* in *folder* (None when it has none), as they were when the gateway started: what
    is not among them is not served, whatever an address says."""

    def __init__(self, plugin: str, folder: Path | None) -> None:
        self._plugin = plugin
        self._files = _files(folder) if folder is not None else {}

    def address(self, name: str) -> str:
        """The address of the file *name*, which may be kept for ever. Raises `PluginError`."""
        file = self._files.get(name)
        if file is None:
            known = ", ".join(sorted(self._files)) or "none"
            raise PluginError(
                f"plugin '{self._plugin}' has no file {name!r} in its folder {STATIC}; there are: {known}"
            )
        return f"/p/{self._plugin}/{STATIC}/{name}?v={file.mark}"

    def serve(self, name: str, mark: str) -> web.StreamResponse | None:
        """The file *name*; None when there is none. Whoever asks with its *mark* may keep it."""
        file = self._files.get(name)
        if file is None:
            return None
        kept = "public, max-age=31536000, immutable" if mark == file.mark else "public, max-age=300"
        headers = {**_SAFE, "Cache-Control": kept, "Content-Type": file.type}
        return web.FileResponse(file.path, headers=headers)


def _files(folder: Path) -> dict[str, StaticFile]:
    found = {}
    for path in sorted(folder.rglob("*")):
        kind, name = TYPES.get(path.suffix.lower()), path.relative_to(folder).as_posix()
        if kind is not None and path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            found[name] = StaticFile(path, kind, mark)
    return found
