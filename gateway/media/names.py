"""Names of files: what a sender called a file, made harmless."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 200
_EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/amr": ".amr", "audio/aac": ".aac", "video/mp4": ".mp4",
    "video/3gpp": ".3gp", "application/pdf": ".pdf", "text/plain": ".txt", "text/csv": ".csv",
    "text/vcard": ".vcf", "application/zip": ".zip",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
}  # fmt: skip
_TYPES = {extension: mime for mime, extension in _EXTENSIONS.items()} | {".jpeg": "image/jpeg"}


def harmless(filename: str) -> str:
    """*filename* without folders, control and direction characters, at most `LONGEST` long; its end, where
    the extension is, stays."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip(" .")
    return name if len(name) <= LONGEST else name[: LONGEST - 20] + name[-20:]


def type_of(filename: str) -> str:
    """The MIME type that *filename*'s extension says, "" when it says none that we know."""
    return _TYPES.get("." + filename.rpartition(".")[2].lower(), "")


def fitting(filename: str, mime_type: str) -> str:
    """*filename*, made harmless, for a file of *mime_type*; "" when its extension says another type, for
    anybody can write a name behind a link."""
    name = harmless(filename)
    return name if type_of(name) == mime_type else ""


def attachment(name: str) -> str:
    """The header Content-Disposition of a file that is saved under *name*, for old readers too."""
    plain = re.sub(r'[^ -~]|["\\%;]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def shown(filename: str, mime_type: str, identifier: str) -> str:
    """The name under which a file is served."""
    return filename or f"{identifier}{_EXTENSIONS.get(mime_type, '.bin')}"
