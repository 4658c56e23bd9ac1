"""A verification: every walk once, its checks page by page, and a second look at what was found.

Each statement is one snapshot, so nothing is judged half-way through a commit. What it finds may still be on
its way (a process that has just died, a check of two statements): it is called so only when it is still there
some seconds later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

from gateway.clock import Clock, SystemClock
from gateway.errors import StoreError
from gateway.store.port import Store
from gateway.store.sql import Queries
from gateway.verify.catalogue import CHECKS, Check
from gateway.verify.members import Numbers, Owners
from gateway.verify.record import Finding, Report, Result, Terms, Values
from gateway.verify.rules import Answers, Feed, Order, Plain, Rule, Seen, Shards, rules_of
from gateway.verify.walk import Page, Walk

#: Seconds between the two looks.
SETTLE = 5.0
#: Told while it goes on: the table, rows so far, rows a second.
Told = Callable[[str, int, float], None]


def _nobody(walk: str, rows: int, rate: float) -> None:
    """Nobody wants to hear."""


def _always() -> bool:
    """Go on."""
    return True


class Verification:
    """One run. *ease* is how long it rests after each page, as a multiple of what the page took."""

    def __init__(
        self, store: Store, terms: Terms, *, settle: float = SETTLE, ease: float = 0.0, told: Told = _nobody,
        go_on: Callable[[], bool] = _always,
    ) -> None:  # fmt: skip
        self._store, self._terms = store, terms
        self._settle, self._ease, self._told, self._go_on = settle, ease, told, go_on
        sql = rules_of(store.dialect)
        self._sql, self._rules = sql, {check.name: _rule(check, sql) for check in CHECKS}
        self._results = {
            check.name: Result(check) for check in CHECKS if not (check.walk == "" and terms.tenant)
        }
        self._rows, self._began = 0, 0.0

    async def run(self) -> Report:
        """Look at everything. Raises `StoreUnavailable` when the database is away from the start."""
        self._began = time.monotonic()
        values = await self._values()
        for name in dict.fromkeys(check.walk for check in CHECKS):
            if name or not self._terms.tenant:
                await self._walk(name, values)
        if any(each.broken or each.late for each in self._results.values()) and self._go_on():
            await asyncio.sleep(self._settle)
            values = await self._values()
            for result in self._results.values():
                await self._again(result, values)
        return Report(list(self._results.values()), self._rows, time.monotonic() - self._began)

    async def _values(self) -> Values:
        now = self._terms.now
        clock = await self._store.read(lambda tx: tx.value(self._sql.clock, now=now))
        return self._terms.values(clock)

    async def _walk(self, name: str, values: Values) -> None:
        results = [self._results[check.name] for check in CHECKS if check.walk == name]
        if not name:
            await self._page(Page("", "", "", 0), results, values)
            return
        walk = Walk(self._store, name, self._terms)
        if self._terms.tenant and name == "journal":
            return  # a webhook has no tenant yet
        try:
            async for page in walk.pages():
                if not self._go_on():
                    return
                began = time.monotonic()
                await self._page(page, results, values)
                took = time.monotonic() - began
                walk.took(took)
                self._rows += page.rows
                self._told(name, self._rows, self._rows / max(0.001, time.monotonic() - self._began))
                await asyncio.sleep(took * self._ease)
        except StoreError as error:
            for result in results:
                result.problem = result.problem or str(error)

    async def _page(self, page: Page, results: list[Result], values: Values) -> None:
        for result in results:
            if result.problem:
                continue
            result.rows += page.rows
            if result.full:
                result.more = True
                continue
            try:
                result.add(await self._look(result.check, page, values))
            except StoreError as error:
                result.problem = str(error)

    async def _look(self, check: Check, page: Page, values: Values, *, again: bool = False) -> list[Finding]:
        rule = self._rules[check.name]
        return await self._store.read(lambda tx: rule.look(tx, page, values, again=again))

    async def _again(self, result: Result, values: Values) -> None:
        """Keep what is still so."""
        found = [*result.broken, *result.late]
        result.broken, result.late = [], []
        try:
            for finding in found:
                page = Page(finding.place, before(finding.key), finding.key, 1)
                still = await self._look(result.check, page, values, again=True)
                same = next((each for each in still if each.id == finding.id), None)
                if same is not None:
                    kept = same if same.detail else finding
                    (result.late if kept.late else result.broken).append(kept)
        except StoreError as error:
            result.problem = str(error)


def before(key: str | int) -> str | int:
    """A place right before *key* in any order of texts: what is shorter comes first."""
    return key - 1 if isinstance(key, int) else key[:-1]


def _rule(check: Check, sql: Queries) -> Rule:
    special: Mapping[str, Callable[[Queries], Rule]] = {
        "message_seen": Seen,
        "part_order": Order,
        "answer_message": Answers,
        "feed_holes": Feed,
        "shards": Owners,
        "processes": Numbers,
    }
    if check.name in special:
        return special[check.name](sql)
    if check.name.endswith("_shard"):
        return Shards(sql[f"{check.name}s"])
    return Plain(sql[check.name])


async def violations(
    store: Store, clock: Clock | None = None, *, settle: float = 1.0
) -> dict[str, list[str]]:
    """What is broken in all of *store*, by check, as sentences: for the end of a test. Late is not broken."""
    terms = Terms((clock or SystemClock()).now())
    report = await Verification(store, terms, settle=settle).run()
    told = {
        each.check.name: [f"{found.tenant} {found.id}: {found.detail}" for found in each.broken]
        for each in report.results
    }
    return told | {each.check.name: [f"could not be looked at: {each.problem}"] for each in report.blind}
