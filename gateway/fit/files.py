"""Files: their captions and names, and the kinds that a channel has for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec.structs import asdict, replace

from gateway.fit.marks import stacked
from gateway.fit.texts import texts
from gateway.fit.work import NATIVE, Work
from gateway.model.checks import refuse
from gateway.model.outbound import (
    STORED,
    Audio,
    Document,
    Image,
    Media,
    Outbound,
    Sticker,
    Text,
    Video,
    Voice,
)

#: What a kind of file becomes where the channel has not got it.
_OTHER: dict[type[Media], type[Media]] = {
    Voice: Audio,
    Audio: Document,
    Video: Document,
    Image: Document,
}


def file_of(value: str) -> dict[str, Any]:
    """The fields of a file that *value* names, as headers and cards do: a link, `STORED` and an id, or the
    id of an upload."""
    if value.startswith(STORED):
        return {"stored": value.removeprefix(STORED)}
    return {"link": value} if "://" in value else {"media_id": value}


def _tag(message: Outbound) -> str:
    return str(message.__struct_config__.tag)


def _as(message: Media, kind: type[Media]) -> Any:
    """*message* as another *kind* of file."""
    known = {name: value for name, value in asdict(message).items() if name in kind.__struct_fields__}
    return kind(**known)


def _spoken(work: Work, message: Any) -> list[Outbound]:
    """A file that the channel has no kind for: its words and its link as a text."""
    if not message.link:
        refuse(_tag(message), "cannot be sent on this channel, which carries no files; give a link")
    work.lose(_tag(message), "converted", "its link goes as a text")
    words = (getattr(message, name, "") for name in ("filename", "caption"))
    return work.fit(Text(stacked(*words, message.link)))


def other(work: Work, message: Any) -> list[Outbound]:
    """*message* in another form, because the channel has no files of its kind."""
    kind = _OTHER.get(type(message))
    if kind is None:
        return _spoken(work, message)
    work.lose(_tag(message), "converted", f"goes as {kind.__struct_config__.tag}")
    return work.fit(_as(message, kind))


def plain(work: Work, message: Media) -> list[Outbound]:
    """A sound file: nothing stands with it."""
    return [message]  # type: ignore[list-item]  # the two kinds that come here are of the union


def voice(work: Work, message: Voice) -> list[Outbound]:
    """A voice note; a sound file where the channel does not tell them apart."""
    if work.capabilities.feature("voice.flag") in NATIVE:
        return [message]
    work.lose("voice", "converted", "goes as a sound file")
    return work.fit(_as(message, Audio))


def sticker(work: Work, message: Sticker) -> list[Outbound]:
    """A sticker; else a picture, or a file where pictures may not be WebP."""
    how = work.feature("sticker.webp", "sticker") if work.native("sticker") else "fallback"
    if how != "fallback":
        return [message] if how == "native" else []
    allowed = work.capabilities.media.get("image")
    as_image = allowed is None or bool({"image/webp", "image/*"} & set(allowed.types))
    work.lose("sticker", "converted", "goes as a picture" if as_image else "goes as a file")
    made = _as(message, Image) if as_image else replace(_as(message, Document), filename="sticker.webp")
    return work.fit(made)


def _named(work: Work, message: Document) -> tuple[Document, str]:
    """*message*, and its name when that has to be said in words. Of a file that the gateway keeps, the
    provider makes the name part of the link."""
    if not message.filename or message.stored or message.data:
        return message, ""
    how = work.feature("document.filename", "filename")
    if how == "native":
        return message, ""
    name, bare = message.filename, replace(message, filename="")
    if how == "dropped" or unquote(urlsplit(message.link).path.rpartition("/")[2]) == name:
        return bare, ""
    work.lose("filename", "converted", "stands in the text")
    return bare, name


def captioned(work: Work, message: Image | Video | Document) -> list[Outbound]:
    """A file with its words, which follow as text where the channel's captions have no room for them."""
    name = ""
    if isinstance(message, Document):
        message, name = _named(work, message)
    if not message.caption.strip():
        if not name:
            return [replace(message, caption="") if message.caption else message]
        return [replace(message, caption=""), *texts(work, name)]
    words = stacked(name, message.caption) if name else message.caption
    how = work.feature(f"{_tag(message)}.caption", "caption")
    quoted = len(work.quoted) + 1 if work.quoted else 0
    if how == "native" and len(words) + quoted <= work.limits.caption:
        said = work.open(words)
        return [message if said == message.caption else replace(message, caption=said)]
    if how == "dropped":
        return [replace(message, caption=""), *(texts(work, name) if name else ())]
    work.lose("caption", "split", "follows as text")
    return [replace(message, caption=""), *texts(work, work.open(words))]
