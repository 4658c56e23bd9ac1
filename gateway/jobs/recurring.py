"""Jobs that come again: one row for each tenant, plugin, job and rule, as long as the tenant uses the plugin.

The rows follow tenants that come and go, plugins that are enabled and disabled, rules and time zones that
change. An occurrence that was missed is run once; how often a rule comes again is counted from the end of the
last run, so that nothing piles up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gateway.clock import Clock
from gateway.hooks.host import Host
from gateway.hooks.naming import HOUSE
from gateway.jobs.queries import JOB
from gateway.jobs.rules import check, next_after
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.settings import TenantSettings
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.jobs")

#: Seconds between two looks when nothing is known to have changed.
EVERY = 60.0


class Wanted(Struct, frozen=True):
    """A row that there has to be."""

    tenant: str
    plugin: str
    name: str
    recurs: str
    zone: str


class RecurringJobs:
    """Keeps the rows. *directory* has every tenant, as it is now."""

    def __init__(
        self, store: Store, host: Host, directory: Mapping[str, TenantSettings], clock: Clock
    ) -> None:
        self._store, self._host, self._directory, self._clock = store, host, directory, clock
        self._rules: dict[str, tuple[tuple[str, str], ...]] = {}
        self._look_at = 0.0

    def changed(self) -> None:
        """Tenants, or their plugins, may be others now."""
        self._look_at = 0.0

    async def keep_up(self) -> None:
        """Put the rows in place, if it is time."""
        at = self._clock.monotonic()
        if at < self._look_at:
            return
        wanted = self._wanted()
        now = self._clock.now()
        rows = await self._store.read(lambda tx: tx.all(JOB["recurring"]))
        known = {(row["tenant"], row["plugin"], row["name"], row["recurs"]): row for row in rows}
        names = {(each.tenant, each.plugin, each.name, each.recurs): each for each in wanted}
        add = [_new(each, now) for name, each in names.items() if name not in known]
        drop = [row for name, row in known.items() if name not in names and self._may_drop(row)]
        move = [(row, names[name].zone) for name, row in known.items()
                if name in names and row["zone"] != names[name].zone]  # fmt: skip
        if add or drop or move:
            await self._store.write(lambda tx: _put(tx, add, drop, move, now))
        self._look_at = at + EVERY

    def _wanted(self) -> list[Wanted]:
        return [
            Wanted(id, plugin, name, rule, tenant.time_zone)
            for id, tenant in self._directory.items()
            for plugin in (*tenant.plugins, HOUSE)
            for name, rule in self._of(plugin)
        ]

    def _of(self, plugin: str) -> tuple[tuple[str, str], ...]:
        """The jobs of *plugin* that come again, by name and rule."""
        known = self._host.named(plugin)
        if known is None:
            return ()
        if plugin not in self._rules:
            self._rules[plugin] = tuple((each.job.name, check(each.rule)) for each in known.offers.recurring)
        return self._rules[plugin]

    def _may_drop(self, row: Row) -> bool:
        """A plugin that is used but could not be loaded keeps its rows."""
        tenant = self._directory.get(row["tenant"])
        gone = tenant is None or row["plugin"] not in tenant.plugins
        return gone or self._host.named(row["plugin"]) is not None


def _new(each: Wanted, now: int) -> dict[str, object]:
    return {
        "tenant": each.tenant, "id": new_id(), "plugin": each.plugin, "name": each.name,
        "recurs": each.recurs, "zone": each.zone, "now": now,
        "due_at": next_after(each.recurs, each.zone, now),
    }  # fmt: skip


async def _put(
    tx: Tx, add: Sequence[dict[str, object]], drop: Sequence[Row], move: Sequence[tuple[Row, str]], now: int
) -> None:
    if add:
        await tx.many(JOB["add_recurring"], add)
    if drop:
        await tx.many(JOB["drop_recurring"], [{"tenant": row["tenant"], "id": row["id"]} for row in drop])
    if move:
        await tx.many(
            JOB["rezone"],
            [
                {
                    "tenant": row["tenant"], "id": row["id"], "zone": zone,
                    "due_at": next_after(row["recurs"], zone, now),
                }
                for row, zone in move
            ],
        )  # fmt: skip
