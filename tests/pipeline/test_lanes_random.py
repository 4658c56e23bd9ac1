"""Lanes and what reads them back, in any order of what may happen to them: nothing is forgotten, nothing
overtakes, and memory stays bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.channel import Channel
from gateway.channels import Channels
from gateway.clock import SystemClock
from gateway.cluster.sole import Sole
from gateway.errors import StoreUnavailable
from gateway.model.ids import new_id
from gateway.pipeline import reopen
from gateway.pipeline.gaps import WHOLE, Bounds, LaneKey
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reopen import Reopen
from gateway.pipeline.unread import Found
from gateway.settings import ChannelSettings, Settings, TenantSettings
from tests.pipeline.world import FakeProvider, said
from tests.support.examples import examples

BOUNDS = Bounds(tenant=6, lane=2, total=9, floor=2)
TENANTS, CONVERSATIONS = ("duka", "soko"), ("c1", "c2")

ACTIONS = st.one_of(
    st.tuples(st.just("new"), st.sampled_from(TENANTS), st.sampled_from(CONVERSATIONS), st.integers(1, 5)),
    st.tuples(st.just("elsewhere"), st.sampled_from(TENANTS), st.sampled_from(CONVERSATIONS)),
    st.tuples(st.sampled_from(["run", "gain", "unclean", "release", "drop", "sweep", "away", "fail"])),
)


class Database:
    """Open events, as `Unread` and the counting of starts see them."""

    def __init__(self) -> None:
        self.open: dict[str, OpenEvent] = {}
        self.away = False

    async def page(self, key: LaneKey, after: str, shards: Iterable[int], limit: int) -> list[Found]:
        await self._answer()
        tenant, conversation = key
        found = [
            (one.id, one)
            for one in sorted(self.open.values(), key=lambda each: each.id)
            if one.tenant == tenant and one.id > after and one.shard in set(shards)
            and conversation in (WHOLE, one.conversation)
        ][:limit]  # fmt: skip
        await self._answer()
        return found

    async def some(self, keys: Iterable[tuple[str, str]]) -> list[Found]:
        await self._answer()
        return [(id, self.open[id]) for _, id in keys if id in self.open]

    async def tenants(self, shards: Iterable[int] | None = None) -> set[str]:
        await self._answer()
        return {one.tenant for one in self.open.values() if shards is None or one.shard in set(shards)}

    async def newest(self, shards: Iterable[int]) -> str:
        await self._answer()
        return max((id for id, one in self.open.items() if one.shard in set(shards)), default="")

    async def fresh(self, marks: dict[int, str], limit: int) -> list[Any]:
        await self._answer()
        return [row for row in self._rows() if row["shard"] in marks and row["id"] > marks[row["shard"]]]

    async def left(self, places: dict[str, str], before: str, shards: Iterable[int], limit: int) -> list[Any]:
        await self._answer()
        return [row for row in self._rows() if row["tenant"] in places and row["shard"] in set(shards)]

    async def write(self, work: Any) -> Any:
        """The counting of starts."""
        await self._answer()
        return await work(self)

    async def each(self, sql: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{"id": row["event"]} for row in rows if row["event"] in self.open]

    def _rows(self) -> list[dict[str, Any]]:
        found = sorted(self.open.values(), key=lambda each: each.id)
        names = ("tenant", "id", "conversation", "shard")
        return [{name: getattr(one, name) for name in names} for one in found]

    async def _answer(self) -> None:
        await asyncio.sleep(0)
        if self.away:
            self.away = False
            raise StoreUnavailable("away")


class Run:
    """One process whose shard comes and goes."""

    def __init__(self, channels: dict[str, Channel]) -> None:
        self.database, self.channels = Database(), channels
        self.lanes = Lanes(self.handle, per_tenant=2, bounds=BOUNDS)
        self.sole = Sole(self.database, SystemClock())  # type: ignore[arg-type]
        self.shards = frozenset(channel.shard for channel in channels.values())
        self.reopen = Reopen(self.database, None, self.lanes, self.sole, SystemClock())  # type: ignore[arg-type]
        self.reopen._unread = self.database  # type: ignore[assignment]
        self.order: dict[tuple[str, str], list[str]] = {}
        self.stored: dict[tuple[str, str], list[str]] = {}
        #: What another process has stored: it has no order among what comes here.
        self.elsewhere: set[str] = set()
        self.fails = False
        self.owns = False

    async def handle(self, opened: OpenEvent) -> None:
        """A turn: its guard is the row."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if self.fails:
            self.fails = False
            raise RuntimeError("a bug of ours")
        assert len(self.lanes.known) <= BOUNDS.total + BOUNDS.floor * len(TENANTS)
        if self.owns and self.database.open.pop(opened.id, None) is not None:
            self.order.setdefault(opened.lane, []).append(opened.id)

    def store(self, tenant: str, conversation: str) -> OpenEvent:
        """An event is durable."""
        opened = OpenEvent(tenant, new_id(), self.channels[tenant], said(), 1, f"{tenant}:{conversation}")
        self.database.open[opened.id] = opened
        self.stored.setdefault(opened.lane, []).append(opened.id)
        return opened

    async def act(self, action: tuple[Any, ...]) -> None:
        """Do it."""
        match action:
            case ("new", tenant, conversation, count):
                for _ in range(count):
                    self.lanes.offer(self.store(tenant, conversation))
            case ("elsewhere", tenant, conversation):
                self.elsewhere.add(self.store(tenant, conversation).id)
                self.reopen.heard(self.shards)
            case ("gain",) | ("unclean",) if not self.owns:
                self.owns, self.sole._unclean = True, action == ("unclean",)
                self.sole._epochs = dict.fromkeys(self.shards, 1)
                await self._patiently()
            case ("release",) if self.owns:
                await self.reopen.release(self.shards, 1.0)
                self._lost()
            case ("drop",) if self.owns:
                self._lost()
                self.reopen.drop(self.shards)
            case ("sweep",) if not self.database.away:
                await self.reopen.sweep()
            case ("away",):
                self.database.away = self.owns and bool(self.lanes.gaps)
            case ("fail",):
                self.fails = True
            case _:
                await asyncio.sleep(0.001)

    def _lost(self) -> None:
        self.owns, self.sole._epochs = False, {}

    async def _patiently(self) -> None:
        while True:
            try:
                await self.reopen.gain(self.shards)
                return
            except StoreUnavailable:
                pass

    async def finish(self) -> None:
        """Everything that is open is handled in the end, while the shard is ours."""
        self.database.away = self.fails = False
        await self.act(("gain",))
        for _ in range(2000):
            if not self.database.open and not len(self.lanes):
                break
            await asyncio.sleep(0.001)
            await self.reopen.sweep()
        await self.reopen.close()
        assert not self.database.open


async def _story(channels: dict[str, Channel], actions: list[tuple[Any, ...]]) -> None:
    run = Run(channels)
    for action in actions:
        await run.act(action)
    await run.finish()
    failed = ("fail",) in actions
    for lane, handled in run.order.items():
        assert sorted(handled) == run.stored[lane], "each once"
        ours = [id for id in handled if id not in run.elsewhere]
        assert failed or ours == sorted(ours), "in order"


@examples(60)
@given(st.lists(ACTIONS, max_size=40))
def test_whatever_happens_each_event_is_handled_once_and_in_order(actions: list[tuple[Any, ...]]) -> None:
    """Events that come here and elsewhere, bursts over every bound, shards that come and go in every way, a
    database that is away, a sweep at any moment."""
    made = Settings(
        Path("gateway.toml"),
        tenants=tuple(
            TenantSettings(tenant, channels=(ChannelSettings(tenant, "fake", {"number": f"{n}"}),))
            for n, tenant in enumerate(TENANTS)
        ),
    )
    channels = Channels(made, {"fake": FakeProvider()})  # type: ignore[dict-item]
    again, reopen.AGAIN = reopen.AGAIN, 0.001
    try:
        asyncio.run(_story({channel.tenant: channel for channel in channels}, actions))
    finally:
        reopen.AGAIN = again
