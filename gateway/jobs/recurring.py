"""Jobs that come again: one row for each tenant, plugin, job and rule, as long as the tenant uses the plugin.

The rows follow tenants that come and go, plugins that are enabled and disabled, rules, settings and time
zones that change. An occurrence that was missed is run once; how often a rule comes again is counted from the
end of the last run, so that nothing piles up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from gateway.clock import Clock
from gateway.errors import GatewayError, PluginError
from gateway.hooks.host import Host
from gateway.hooks.naming import HOUSE
from gateway.jobs.queries import JOB
from gateway.jobs.rules import check, next_after
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.settings import TenantSettings
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.jobs")

_HINT = (
    "the job does not come for this tenant: correct its settings of the plugin, or let the function of "
    'Recurring return a rule such as daily("08:00"), or "" for none'
)

#: Seconds between two looks when nothing is known to have changed.
EVERY = 60.0


class Wanted(Struct, frozen=True):
    """A row that there has to be."""

    tenant: str
    plugin: str
    name: str
    recurs: str
    zone: str


class Trouble(Struct, frozen=True):
    """A rule that a function did not give."""

    tenant: str
    plugin: str
    name: str
    problem: str


#: A rule as it was written: what it says, or what the settings of a tenant say.
Rule = str | Callable[[Any], str]


class RecurringJobs:
    """Keeps the rows. *directory* has every tenant, as it is now; *settings* gives a plugin's settings for
    (tenant, plugin, channel)."""

    def __init__(
        self, store: Store, host: Host, directory: Mapping[str, TenantSettings], clock: Clock,
        settings: Callable[[str, str, str], Any],
    ) -> None:  # fmt: skip
        self._store, self._host, self._directory, self._clock = store, host, directory, clock
        self._settings = settings
        self._rules: dict[str, tuple[tuple[str, Rule], ...]] = {}
        #: What the log was told of: each trouble once, until it is over.
        self._told: set[Trouble] = set()
        self._look_at = 0.0

    def changed(self) -> None:
        """Tenants, their plugins or their settings may be others now."""
        self._look_at = 0.0

    async def keep_up(self) -> None:
        """Put the rows in place, if it is time."""
        at = self._clock.monotonic()
        if at < self._look_at:
            return
        wanted = self._see(self._wanted())
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

    def _wanted(self) -> Iterator[Wanted | Trouble]:
        for id, tenant in self._directory.items():
            for plugin in (*tenant.plugins, HOUSE):
                for name, rule in self._of(plugin):
                    try:
                        found = rule if isinstance(rule, str) else self._asked(rule, id, plugin)
                    except Exception as error:  # the author's own function, and whatever the tenant wrote
                        yield Trouble(id, plugin, name, _told(error))
                        continue
                    if found:
                        yield Wanted(id, plugin, name, found, tenant.time_zone)

    def _asked(self, rule: Callable[[Any], str], tenant: str, plugin: str) -> str:
        """What the settings of *tenant* make of *rule*; "" when the job does not come there."""
        found = rule(self._settings(tenant, plugin, ""))
        if not isinstance(found, str):
            raise PluginError(f"its function returned a {type(found).__name__}, and a rule is a text")
        return _checked(found) if found else ""

    def _see(self, found: Iterator[Wanted | Trouble]) -> list[Wanted]:
        """The rows of *found*; of new troubles the log is told."""
        wanted, troubles = [], set[Trouble]()
        for each in found:
            if isinstance(each, Wanted):
                wanted.append(each)
                continue
            troubles.add(each)
            if each not in self._told:
                said = {"plugin": each.plugin, "tenant": each.tenant, "job": each.name}
                log.error("jobs.no_rule", **said, problem=each.problem, hint=_HINT)
        self._told = troubles
        return wanted

    def _of(self, plugin: str) -> tuple[tuple[str, Rule], ...]:
        """The jobs of *plugin* that come again, by name and rule."""
        known = self._host.named(plugin)
        if known is None:
            return ()
        if plugin not in self._rules:
            self._rules[plugin] = tuple(
                (each.job.name, check(each.rule) if isinstance(each.rule, str) else each.rule)
                for each in known.offers.recurring
            )
        return self._rules[plugin]

    def _may_drop(self, row: Row) -> bool:
        """A plugin that is used but could not be loaded keeps its rows."""
        tenant = self._directory.get(row["tenant"])
        gone = tenant is None or row["plugin"] not in tenant.plugins
        return gone or self._host.named(row["plugin"]) is not None


def _told(error: Exception) -> str:
    """What the log is told: our own words; of others their kind, for a value may stand in them."""
    return str(error) if isinstance(error, GatewayError) else f"its function raised {type(error).__name__}"


@lru_cache(maxsize=2048)
def _checked(rule: str) -> str:
    """*rule* as it is kept: tenants mostly say the same few. Raises `PluginError`."""
    return check(rule)


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
