"""Messages that are files: Twilio tells an address and a type, and nothing else (wire.md §4.1, §4.6)."""

from __future__ import annotations

import re

from gateway.model import inbound
from providers.twilio.wire import Parameters, integer

File = inbound.Image | inbound.Video | inbound.Audio | inbound.Voice | inbound.Document | inbound.Sticker

#: More files than any channel of Twilio's sends in a message.
_MOST = 32
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})
_ID = re.compile(r"/Media/([A-Za-z0-9]{1,64})(?:\.json)?(?:$|\?)", re.ASCII)
#: What `Body` looks like when it is a document's name, as Twilio has no parameter for it.
_NAME = re.compile(r'[^\r\n/\\:*?"<>|]{1,240}\.[A-Za-z][A-Za-z0-9]{0,4}')
_FAMILIES: dict[str, type[File]] = {
    "image": inbound.Image,
    "video": inbound.Video,
    "audio": inbound.Audio,
}
#: For files without a type, what `MessageType` says of them.
_TYPES = {
    "image": "image/*",
    "sticker": "image/webp",
    "video": "video/*",
    "audio": "audio/*",
    "voice": "audio/ogg",
    "contacts": "text/vcard",
}


def read_files(parameters: Parameters) -> list[inbound.Inbound]:
    """The files of a message, in their order. The words that came along are the first one's."""
    found: list[inbound.Inbound] = []
    for index in range(_MOST):
        url = parameters.get(f"MediaUrl{index}", "")
        if url:
            body = "" if found else parameters.get("Body", "")
            found.append(_file(url, _type(parameters, index), body, parameters.get("MessageType", "")))
        elif index >= integer(parameters.get("NumMedia", "")):
            break
    return found


def _type(parameters: Parameters, index: int) -> str:
    """The file's type in lower case, without what follows it ("audio/ogg; codecs=opus")."""
    told = parameters.get(f"MediaContentType{index}", "").partition(";")[0].strip().lower()
    return told or _TYPES.get(parameters.get("MessageType", "").lower(), "")


def _file(url: str, mime_type: str, body: str, hint: str) -> inbound.Inbound:
    kind = _kind(mime_type, hint.lower())
    told = "" if mime_type.endswith("/*") else mime_type
    found = _ID.search(url)
    media_id = found[1] if found else ""
    if mime_type in _CARDS:
        return inbound.Contacts(file=inbound.Media(media_id, told, url=url, caption=body))
    if kind is inbound.Document and _NAME.fullmatch(body):
        return inbound.Document(media_id, told, url=url, filename=body)
    return kind(media_id, told, url=url, caption=body)


def _kind(mime_type: str, hint: str) -> type[File]:
    """A type's kind. There is no flag for voice notes: an `audio/ogg` is taken for one."""
    if mime_type == "image/webp" and hint != "image":
        return inbound.Sticker
    if mime_type in ("audio/ogg", "audio/opus"):
        return inbound.Voice
    family = mime_type.partition("/")[0]
    if hint == "document":
        return inbound.Document
    return _FAMILIES.get(family, inbound.Document)
