"""Lists in pages: every row once, in order, also while new rows arrive."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.media.queries import MEDIA
from gateway.model.ids import new_id
from gateway.pipeline.queries import PEOPLE, RECORD
from gateway.store.port import Tx
from tests.support.house import House

#: So many rows of each kind, in few moments, so that many have the same.
ROWS = 14


class Filled:
    """A tenant with many rows, made in the order in which the lists show them backwards."""

    def __init__(self, house: House) -> None:
        self.house, self.chance = house, random.Random(17)
        self.talk, self.made = "", 0

    async def write(self, work: Callable[[Tx], Awaitable[Any]]) -> None:
        """Something that happens meanwhile."""
        assert self.house.gateway is not None
        await self.house.gateway.store.scope("duka").write(work)

    async def conversation(self, at: int) -> str:
        """A new one, last heard of *at*."""
        row: dict[str, Any] = {"contact": new_id(), "conversation": new_id(), "now": at}
        row |= {"channel": "duka-main", "address": "+1"}

        async def work(tx: Tx) -> None:
            await tx.run(PEOPLE["add_contact"], **row, name="Somebody", username="")
            await tx.run(PEOPLE["claim_conversation"], **row)

        await self.write(work)
        return str(row["conversation"])

    async def message(self, at: int) -> None:
        """A new one, in the conversation of all."""
        row = {
            "id": new_id(), "channel": "duka-main", "conversation": self.talk, "contact": "c",
            "direction": self.chance.choice(["in", "out"]), "type": self.chance.choice(["text", "image"]),
            "content": '{"type":"text","text":"x"}', "provider_message_id": "", "event": "", "origin": "",
            "purpose": "", "parts": 1, "at": at, "now": at, "raw": b"",
        }  # fmt: skip
        await self.write(lambda tx: tx.run(RECORD["add_message"], **row))

    async def file(self, at: int) -> None:
        """A new one, that is not fetched yet; its id is of any kind."""
        row = {
            "id": self.chance.choice(["out-", "fit-", ""]) + new_id(), "message": "", "channel": "",
            "kind": "upload", "source": "", "state": "pending", "told": "", "mime_type": "", "size": 0,
            "sha256": "", "filename": "", "visibility": "private", "next_at": 2**60, "now": at,
            "stored_at": 0,
        }  # fmt: skip
        await self.write(lambda tx: tx.run(MEDIA["add"], **row))

    async def add(self) -> None:
        """One of each. Three in a row have the same moment."""
        self.made += 1
        at = 2_000_000 + self.made // 3
        await self.conversation(at)
        await self.message(at)
        await self.file(at)


LISTS = {
    "messages": ("/api/v1/messages", {}),
    "out": ("/api/v1/messages", {"direction": "out"}),
    "said": ("/api/v1/conversations/{talk}/messages", {}),
    "oldest": ("/api/v1/conversations/{talk}/messages", {"order": "oldest"}),
    "conversations": ("/api/v1/conversations", {}),
    "read": ("/api/v1/conversations", {"unread": "false", "window": "closed"}),
    "files": ("/api/v1/media", {}),
    "pending": ("/api/v1/media", {"state": "pending", "kind": "upload"}),
}


async def page(house: House, name: str, talk: str, **query: str) -> tuple[list[str], str | None]:
    """The ids on one page of a list, and its cursor."""
    path, fixed = LISTS[name]
    code, answer = await house.api("GET", path.format(talk=talk), params={**fixed, **query})
    assert code == 200, answer
    return [each["id"] for each in answer["items"]], answer["cursor"]


@pytest.fixture
async def filled(any_house: House) -> Filled:
    """A tenant with rows."""
    made = Filled(any_house)
    made.talk = await made.conversation(1_000_000)
    for _ in range(ROWS):
        await made.add()
    return made


@settings(
    max_examples=16, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    name=st.sampled_from(sorted(LISTS)),
    limits=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    arriving=st.booleans(),
)
async def test_every_row_once(filled: Filled, name: str, limits: list[int], arriving: bool) -> None:
    """In the order of the whole list, whatever the limits are. What arrives meanwhile is not shown twice and
    hides nothing: it comes at the end of what is oldest first, and before the first page of all else."""
    house, talk = filled.house, filled.talk
    before, none = await page(house, name, talk, limit="200")
    assert none is None
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None and len(seen) < len(before) + 5:
        limit = limits[len(seen) % len(limits)]
        ids, cursor = await page(house, name, talk, limit=str(limit), cursor=cursor)
        assert len(ids) == limit or cursor is None
        seen += ids
        if arriving and cursor:
            await filled.add()
            arriving = len(seen) < 6
    assert seen[: len(before)] == before
    assert len(set(seen)) == len(seen)
    if name != "oldest":
        assert seen == before


async def test_the_whole_list_is_in_order(filled: Filled) -> None:
    """Newest first, and of what is of one moment the greater id first."""
    for name, path in (("conversations", "/api/v1/conversations"), ("files", "/api/v1/media")):
        _, answer = await filled.house.api("GET", path)
        times = [datetime.fromisoformat(each.get("last_at") or each["at"]) for each in answer["items"]]
        keys = list(zip(times, (each["id"] for each in answer["items"]), strict=True))
        assert keys == sorted(keys, reverse=True), name
        assert len(keys) >= ROWS
    ids, _ = await page(filled.house, "messages", filled.talk)
    assert ids == sorted(ids, reverse=True)


async def test_a_conversation_that_wakes_up_between_two_pages(filled: Filled) -> None:
    """It moves to the front: it is on no later page, and on none twice."""
    house, talk = filled.house, filled.talk
    whole, _ = await page(house, "conversations", talk, limit="200")
    first, cursor = await page(house, "conversations", talk, limit="5")
    sql = "update conversation set last_at = 9000000 where tenant = :tenant and id in (:one, :other)"
    await filled.write(lambda tx: tx.run(sql, one=first[1], other=whole[-1]))
    rest, _ = await page(house, "conversations", talk, limit="200", cursor=cursor or "")
    assert first + rest == whole[:-1]
    again, _ = await page(house, "conversations", talk, limit="2")
    assert set(again) == {first[1], whole[-1]}
