"""Files that the gateway keeps, uploaded to the number before a message names them (wire.md §2.3).

A rendered part names such a file by "stored:" and its id. Meta keeps an upload for 30 days, bound to the
number; its id is noted, so that the same file is uploaded once in that time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from gateway.model.outbound import STORED
from gateway.provider import (
    HttpAnswer,
    HttpRequest,
    Note,
    ProviderError,
    Recall,
    Steps,
    StoredFile,
    StoredMedia,
)
from providers.meta_cloud.clean import decode
from providers.meta_cloud.cloud import Cloud
from providers.meta_cloud.refusal import BAD, as_kind

Body = dict[str, Any]
#: A file's id and kind -> its upload, and what is known of it.
Files = dict[tuple[str, str], tuple[str, StoredFile]]
#: A text of JSON that begins with the mark; whoever has none of it has no file of ours.
MARKED = f'"{STORED}'.encode()
#: Meta's 30 days, less one: a message that waits in the outbox must still find it.
KEPT = 29 * 86_400.0
#: Names of media objects -> the outbound kind as which the file goes. A gif is a video (wire.md §2.6).
_KINDS = {name: name for name in ("image", "video", "audio", "document", "sticker")} | {"gif": "video"}
#: What Meta says of an id that it does not know (any more): wrong object, parameter, value, file.
_NOT_KNOWN = frozenset({33, 100, 131009, 131053})
#: What a form's field cannot name: control characters, quotes, and what would be a path.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/]')
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w.+=\"-]+)*", re.ASCII)


class Uploaded(Struct):
    """`{"id": "900200000000001"}`."""

    id: str


class Ready(Struct, frozen=True):
    """A body in which uploads stand in place of files. *recalled* are the notes that some came from."""

    body: Body
    recalled: tuple[str, ...]


_UPLOADED = msgspec.json.Decoder(Uploaded)


def ready(body: Body, cloud: Cloud) -> Steps[Ready]:
    """*body* with each of our files uploaded, or its earlier upload recalled. Raises `ProviderError`."""
    files: Files = {}
    recalled = []
    for stored in dict.fromkeys(_stored(body)):
        file: StoredFile = yield StoredMedia(*stored)
        key = f"upload:{cloud.number}:{file.sha256}:{file.mime_type}"
        known: str = yield Recall(key)
        if known:
            recalled.append(key)
        else:
            known = yield from _upload(file, cloud)
            yield Note(key, known, KEPT)
        files[stored] = known, file
    filled: Body = _filled(body, "", files)
    return Ready(filled, tuple(recalled))


def is_unknown(error: ProviderError) -> bool:
    """Whether *error* may say that an upload is not known any more; the message was not sent then."""
    return error.kind in ("invalid", "media") and error.code in _NOT_KNOWN and error.http < 500


def _named(medium: Body, name: str) -> tuple[str, str]:
    """The id of our file that the object *name* of a body names, and the kind as which it goes; "" when
    it names none."""
    kind = "voice" if name == "audio" and medium.get("voice") else _KINDS.get(name, "")
    for key in ("id", "link") if kind else ():
        value = medium.get(key)
        if isinstance(value, str) and value.startswith(STORED):
            return value.removeprefix(STORED), kind
    return "", ""


def _stored(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Our files in a body, however deep: their ids and kinds."""
    if isinstance(value, list):
        for each in value:
            yield from _stored(each)
    elif isinstance(value, dict):
        if (found := _named(value, name))[0]:
            yield found
        for key, each in value.items():
            yield from _stored(each, key)


def _filled(value: Any, name: str, files: Files) -> Any:
    """*value* with uploads in place of files. A document that was given no name has the file's own."""
    if isinstance(value, list):
        return [_filled(each, "", files) for each in value]
    if not isinstance(value, dict):
        return value
    stored = _named(value, name)
    if stored not in files:
        return {key: _filled(each, key, files) for key, each in value.items()}
    upload, file = files[stored]
    made = {"id": upload} | {key: each for key, each in value.items() if key not in ("id", "link")}
    if name == "document" and file.filename:
        made.setdefault("filename", file.filename)
    return made


def form(file: StoredFile, cloud: Cloud) -> HttpRequest:
    """The upload: a form of which the file is the last field."""
    boundary = f"----{file.sha256}"  # no file holds its own digest
    mime = file.mime_type if _TYPE.fullmatch(file.mime_type) else "application/octet-stream"
    name = _UNSAFE.sub("_", file.filename).encode("utf-8", "replace").decode() or "file"
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("messaging_product", "whatsapp"), ("type", mime))
    )
    head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += f"Content-Type: {mime}\r\n\r\n"
    headers = cloud.headers | {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return HttpRequest(
        "POST", f"{cloud.edges}/media", headers, head.encode(), sends=False, stored=file.id,
        after=f"\r\n--{boundary}--\r\n".encode(),
    )  # fmt: skip


def _upload(file: StoredFile, cloud: Cloud) -> Steps[str]:
    answer: HttpAnswer = yield form(file, cloud)
    if not 200 <= answer.status < 300:
        error = cloud.read_error(answer)
        if error.kind in ("invalid", "unknown") and answer.status < 500:
            raise as_kind(error, "media", f"this file cannot be uploaded as {file.mime_type}")
        # An upload puts nothing on its way: whatever became of it, the message was not sent.
        raise as_kind(error, "unavailable") if error.kind in ("ambiguous", "unknown") else error
    try:
        found = decode(_UPLOADED, answer.body)
    except BAD:
        found = Uploaded("")
    if not found.id:
        raise ProviderError("unavailable", title="the upload's answer names no id", http=answer.status)
    return found.id
