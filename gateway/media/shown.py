"""A file as the API shows it."""

from __future__ import annotations

from gateway.media.files import Files
from gateway.media.record import MediaFile
from gateway.message import moment


def item_of(files: Files, tenant: str, file: MediaFile) -> dict[str, object]:
    """One file. *link* is good for ten minutes, or for ever when the file is public; null while there is
    nothing to fetch."""
    stored = file.state == "stored"
    return {
        "id": file.id,
        "state": file.state,
        "reason": file.reason or None,
        "kind": file.kind,
        "message": file.message or None,
        "mime_type": file.mime_type or None,
        "size": file.size if stored else None,
        "filename": file.filename or None,
        "sha256": file.sha256 if stored else None,
        "visibility": file.visibility,
        "link": files.address(tenant, file) if stored else None,
        "at": moment(file.created_at).isoformat().replace("+00:00", "Z"),
    }
