"""Whose turn it is, as a machine: no limit is ever passed, and nothing that is due is left."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.endpoints.lanes import ENDPOINT, Lane, Lanes
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Key
from gateway.store import migrate
from tests.support.postgres import Urls

MOST = 10
KEYS = st.tuples(st.sampled_from(("duka", "soko", "zoko")), st.sampled_from("abcd"))


class Turns(RuleBasedStateMachine):
    """Deliveries become due, are started, end well or badly, while time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.count = 1_000_000, 0
        self.lanes = Lanes(MOST)
        self.due: dict[Key, list[int]] = {}
        self.running: list[tuple[Lane, int]] = []

    @rule(key=KEYS, many=st.integers(1, 12))
    def happens(self, key: Key, many: int) -> None:
        """New events for an endpoint."""
        for _ in range(many):
            self.count += 1
            self.due.setdefault(key, []).append(self.count)
        self.lanes.look_at(key, self.now)

    @rule(seconds=st.integers(0, 20))
    def passes(self, seconds: int) -> None:
        """Time."""
        self.now += seconds

    @rule()
    def step(self) -> None:
        """What the stage does."""
        for lane in self.lanes.gather(self.now):
            rows = [seq for seq in self.due.get(lane.key, []) if seq not in lane.running]
            lane.queue.extend(rows[:4])
            lane.stale = len(rows) > 4
        self.running.extend(self.lanes.starting(self.now))

    @rule(data=st.data(), well=st.booleans(), hold=st.integers(0, 15))
    def ends(self, data: st.DataObject, well: bool, hold: int) -> None:
        """An attempt is over: done, or due again."""
        if not self.running:
            return
        lane, seq = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        if well:
            self.due[lane.key].remove(seq)
            lane.failures = lane.held = 0
        else:
            lane.failures += 1
            lane.held = self.now + hold
            self.lanes.look_at(lane.key, self.now + hold)
        self.lanes.ended(lane, seq)

    @invariant()
    def limits_hold(self) -> None:
        """Of an endpoint, of a tenant, of all; each delivery once."""
        assert len(self.lanes) == len(self.running) <= MOST
        assert len({(lane.key, seq) for lane, seq in self.running}) == len(self.running)
        for lane, _ in self.running:
            assert len(lane.running) <= ENDPOINT
            assert sum(other.key[0] == lane.key[0] for other, _ in self.running) <= 4

    def teardown(self) -> None:
        """Everything that is due is done in the end."""
        for _ in range(2000):
            self.step()
            if not self.running and not any(self.due.values()):
                return
            for lane, seq in self.running:
                self.due[lane.key].remove(seq)
                lane.failures = lane.held = 0
                self.lanes.ended(lane, seq)
            self.running.clear()
            self.now += 1
        raise AssertionError(f"left: {self.due}")


TestTurns = Turns.TestCase
TestTurns.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("next", "delivery_due"),
        ("waiting", "delivery_due"),
        ("deliveries", "PRIMARY"),
    ],
)
async def test_deliveries_are_found_by_an_index(tmp_path: Path, name: str, index: str) -> None:
    """However many there are, and in the order of the index."""
    path = tmp_path / "gateway.db"
    await migrate(Urls(f"sqlite:///{path}", "", ""))
    names = re.findall(r"(?<!:):(\w+)", ENDPOINTS[name])
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"explain query plan {ENDPOINTS[name]}", dict.fromkeys(names, 1)).fetchall()
    plan = " ".join(row[3] for row in rows)
    assert index in plan
    assert "TEMP B-TREE" not in plan
