"""Texts: within the limit, in order, the preview as far as the channel has one."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.fit.split import split
from gateway.fit.work import Work
from gateway.model.outbound import Outbound, Text


def text(work: Work, message: Text) -> list[Outbound]:
    """A text, in parts when it is long; nothing when there is nothing to say."""
    if not message.text.strip():
        work.lose("text", "dropped", "an empty text is not sent")
        return []
    words = work.open(message.text)
    preview = message.preview_url
    if preview is not None and work.feature("text.preview", "preview_url") != "native":
        preview = None
    if words == message.text and preview == message.preview_url and len(words) <= work.limits.text:
        return [message]
    parts = split(words, work.limits.text)
    if len(parts) > 1:
        work.lose("text", "split", f"in {len(parts)} messages")
    return [replace(message, text=part, preview_url=preview) for part in parts]


def texts(work: Work, words: str) -> list[Outbound]:
    """*words* as plain texts, "" as none."""
    return [Text(part) for part in split(words, work.limits.text)]


def pack(work: Work, blocks: list[str]) -> list[Outbound]:
    """*blocks* as few texts, each block whole where it has room. A block that begins with a line break
    stands directly below the one before, others after an empty line."""
    limit = work.limits.text
    pages: list[str] = []
    page = ""
    for block in blocks:
        glue, words = ("\n", block[1:]) if block.startswith("\n") else ("\n\n", block)
        if not words.strip():
            continue
        if page and len(page) + len(glue) + len(words) <= limit:
            page += glue + words
            continue
        parts = split(words, limit)
        pages += [page] * bool(page) + parts[:-1]
        page = parts[-1]
    return [Text(each) for each in [*pages, *([page] if page else [])]]
