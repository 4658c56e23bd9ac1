"""`fields.media`: a file that a contact sends."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.flows.fields.field import Answer, Field, core
from gateway.model import inbound

Kind = Literal["image", "video", "audio", "voice", "document", "sticker"]


class Attachment(Struct, frozen=True):
    """A file that a contact sent. *message* is our id of the message it came with: the file itself is
    ``await chat.media(file.message)``, once the gateway has fetched it. *mime_type* and *filename* are as the
    sender's app said."""

    message: str
    kind: str
    mime_type: str = ""
    filename: str = ""
    caption: str = ""


class Media(Field[Attachment]):
    """A file of one of *kinds*; any kind, when none is named. *types* are media types or their beginnings
    ("image/jpeg", "audio/"). A picture that was sent as a document counts as an image too, and a voice note
    as audio; a voice note that is asked for has to be one."""

    def __init__(self, *kinds: Kind, types: tuple[str, ...] = ()) -> None:
        self.kinds, self.types = kinds, types

    def __call__(self, *kinds: Kind, types: tuple[str, ...] = ()) -> Media:
        """The same with limits."""
        return Media(*kinds, types=types)

    def read(self, answer: Answer) -> Attachment:
        """The file. Raises `Invalid`."""
        content = answer.content
        if not isinstance(content, inbound.Media):
            raise core("Please send a file.") if len(self.kinds) != 1 else _wanted(self.kinds[0])
        kind = type(content).__name__.lower()
        mime = content.mime_type.lower()
        if self.kinds and kind not in self.kinds and _also(kind, mime) not in self.kinds:
            raise (
                _wanted(self.kinds[0]) if len(self.kinds) == 1 else core("Please send another kind of file.")
            )
        if self.types and not mime.startswith(self.types):
            raise core("Please send another kind of file.")
        return Attachment(answer.message, kind, content.mime_type, content.filename, content.caption)


def _also(kind: str, mime: str) -> str:
    """What a file counts as beside its own kind: a document as what is in it, a voice note as audio."""
    return mime.partition("/")[0] if kind == "document" else "audio" if kind == "voice" else kind


def _wanted(kind: Kind) -> Exception:
    match kind:
        case "image":
            return core("Please send a picture.")
        case "video":
            return core("Please send a video.")
        case "audio" | "voice":
            return core("Please send a voice note.")
        case "document":
            return core("Please send a document.")
        case "sticker":
            return core("Please send a sticker.")
