"""A file that the provider refuses at once: its words and the link go in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from gateway.pipeline.effects import part_row
from gateway.pipeline.queries import OUTBOX
from gateway.store.port import Store
from tests.pipeline.world import Servers, eventually, line_of, part_for, rows, running, settings_of

_encode = msgspec.json.Encoder().encode


async def test_words_and_a_link_go_in_its_place(store: Store, tmp_path: Path, servers: Servers) -> None:
    """They go at once, before the conversation's next message, and what was refused is on record."""

    def refuse(request: dict[str, Any]) -> dict[str, Any]:
        return {"kind": "media", "code": 131053} if request["text"] == "the file" else {}

    servers.answer = refuse
    line = line_of(store, settings_of(tmp_path, servers.url))
    instead = {"text": "the file", "_instead": {"text": "Our prices", "link": "https://example.com/p.pdf"}}
    parts = [part_for(line, body=_encode(instead).decode()), part_for(line, "what follows")]
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts]))
        line.outbox.enqueue(parts)
        await eventually(lambda: len(servers.sent) == 3)
    assert servers.texts == ["the file", "Our prices\nhttps://example.com/p.pdf", "what follows"]
    assert all("_instead" not in sent for sent in servers.sent)
    assert [row["status"] for row in await rows(store, "select status from part")] == ["accepted"] * 2
    (tried,) = await rows(store, "select outcome, error from attempt")
    assert (tried["outcome"], msgspec.json.decode(tried["error"])["code"]) == ("retry", 131053)


async def test_without_a_link_it_stays_refused(store: Store, tmp_path: Path, servers: Servers) -> None:
    """A file that was uploaded elsewhere has no link to follow: the part is dead, as ever."""
    servers.answer = lambda request: {"kind": "media", "code": 131053}
    line = line_of(store, settings_of(tmp_path, servers.url))
    part = part_for(line, "the file")
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1)]))
        line.outbox.enqueue([part])
        await eventually(lambda: not line.sender.known)
    assert servers.texts == ["the file"]
    assert [row["reason"] for row in await rows(store, "select reason from dead")] == ["rejected"]


async def test_words_are_cut_for_the_link(store: Store, tmp_path: Path, servers: Servers) -> None:
    """A long link is never cut: the words before it are, where one text has no room for both."""
    servers.answer = lambda request: {"kind": "media"} if request["text"] == "the file" else {}
    line = line_of(store, settings_of(tmp_path, servers.url))
    link = "https://example.com/p.pdf?" + "x" * 4000
    instead = {"text": "the file", "_instead": {"text": "price " * 100, "link": link}}
    part = part_for(line, body=_encode(instead).decode())
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1)]))
        line.outbox.enqueue([part])
        await eventually(lambda: len(servers.sent) == 2)
    assert servers.texts[1].endswith(f"price…\n{link}")
    assert len(servers.texts[1]) <= 4096


async def test_a_text_without_its_link_is_refused(store: Store, tmp_path: Path, servers: Servers) -> None:
    """A text in place of a file of ours, to which there is no link: dead with the reason, never in doubt."""
    line = line_of(store, settings_of(tmp_path, servers.url))
    part = part_for(line, body='{"_instead":{"text":"Our prices","link":"stored:no-such-file"}}')
    async with running(line):
        await eventually(lambda: not line.sender.behind)
        await store.write(lambda tx: tx.many(OUTBOX["add"], [part_row(part, 1)]))
        line.outbox.enqueue([part])
        await eventually(lambda: not line.sender.known)
    assert servers.texts == []
    assert [row["reason"] for row in await rows(store, "select reason from dead")] == ["rejected"]
