"""Jobs that come again when a tenant's settings say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from gateway import JobContext, Recurring, daily, every, job
from gateway.clock import ManualClock, rfc3339
from gateway.errors import PluginError, SettingsError
from gateway.jobs.recurring import EVERY, RecurringJobs
from gateway.message import instant
from gateway.settings import TenantSettings
from gateway.store import Store
from tests.support.house import House, until
from tests.support.logs import logged


@job
async def report(job: JobContext) -> None:
    """A job that comes again."""


class Kept:
    """Rows of a plugin "reports" that come by *rule*; `settings` are each tenant's."""

    def __init__(self, store: Store, rule: Callable[[Any], Any]) -> None:
        offers = SimpleNamespace(recurring=(Recurring(report, rule), Recurring(report, every(days=1))))
        host: Any = SimpleNamespace(named={"reports": SimpleNamespace(offers=offers)}.get)
        self.store, self.clock = store, ManualClock(instant(datetime(2026, 11, 21, 12, tzinfo=UTC)))
        self.settings: dict[str, Any] = {}
        self.tenants = {
            id: TenantSettings(id, zone, plugins=("reports",))
            for id, zone in (("duka", "Africa/Nairobi"), ("soko", "Europe/Madrid"))
        }
        self.jobs = RecurringJobs(store, host, self.tenants, self.clock, self._of)

    def _of(self, tenant: str, plugin: str, channel: str) -> Any:
        found = self.settings[tenant]
        if isinstance(found, Exception):
            raise found
        return found

    async def rows(self, **settings: Any) -> dict[str, str]:
        """When the job comes in each tenant, once these are the settings; what comes each day left out."""
        self.settings.update(settings)
        self.jobs.changed()
        await self.jobs.keep_up()
        rows = await self.store.read(lambda tx: tx.all("select * from job order by tenant"))
        assert [row["tenant"] for row in rows if row["recurs"] == every(days=1)] == ["duka", "soko"]
        return {row["tenant"]: rfc3339(row["due_at"]) for row in rows if row["recurs"] != every(days=1)}


async def test_rows_follow_the_settings(store: Store) -> None:
    """Each tenant's own, in its zone; "" is not for this tenant; one that changes moves the row."""
    kept = Kept(store, lambda at: daily(at) if at else "")
    assert await kept.rows(duka="08:00", soko="") == {"duka": "2026-11-22T05:00:00Z"}
    both = {"duka": "2026-11-21T15:30:00Z", "soko": "2026-11-22T08:00:00Z"}
    assert await kept.rows(duka="18:30", soko="09:00") == both
    assert await kept.rows() == both
    assert await kept.rows(duka="") == {"soko": both["soko"]}


async def test_settings_are_looked_at_by_and_by(store: Store) -> None:
    """Also when nobody told of a change."""
    kept = Kept(store, daily)
    await kept.rows(duka="08:00", soko="08:00")
    kept.settings["soko"] = "09:00"
    await kept.jobs.keep_up()
    kept.clock.advance(EVERY)
    await kept.jobs.keep_up()
    rows = await store.read(lambda tx: tx.all("select recurs from job where tenant = 'soko' order by recurs"))
    assert [row["recurs"] for row in rows] == sorted([daily("09:00"), every(days=1)])


def asked(said: str) -> Any:
    """What a function may do with the settings."""
    match said:
        case "raise":
            raise KeyError("a secret")
        case "none":
            return None
        case "once":
            return "FREQ=DAILY;COUNT=1"
    return daily(said)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("25:00", 'daily() takes times of the day as "08:00"'),
        ("once", "a recurring job does not end"),
        ("none", "its function returned a NoneType, and a rule is a text"),
        ("raise", "its function raised KeyError"),
        (SettingsError("tenants.soko.settings.reports", "wrong", "write it right"), "write it right"),
    ],
)
async def test_what_is_no_rule_leaves_that_tenant_out(store: Store, said: Any, problem: str) -> None:
    """With one line in the log, until it is right again; others go on, and what else the plugin has too."""
    kept = Kept(store, asked)
    await kept.rows(duka="08:00", soko="08:00")
    with logged() as log:
        assert list(await kept.rows(soko=said)) == ["duka"]
        assert list(await kept.rows()) == ["duka"]
        [line] = [each for each in log.getvalue().splitlines() if "jobs.no_rule" in each]
    told = msgspec.json.decode(line)
    assert (told["level"], told["plugin"], told["tenant"], told["job"]) == (
        "error",
        "reports",
        "soko",
        "report",
    )
    assert problem in told["problem"]
    assert "secret" not in line
    with logged() as log:
        assert list(await kept.rows(soko="09:00")) == ["duka", "soko"]
        assert "jobs.no_rule" not in log.getvalue()
        await kept.rows(soko=said)
        assert "jobs.no_rule" in log.getvalue()


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (lambda: "FREQ=DAILY", "gets one argument, the plugin's settings"),
        (lambda settings, tenant: "FREQ=DAILY", "gets one argument, the plugin's settings"),
        (8, "is a text or a plain function of the settings"),
        ("FREQ=DAILY;COUNT=1", "does not end"),
    ],
)
def test_what_can_be_known_at_load_is_refused_at_load(rule: Any, problem: str) -> None:
    """Texts are read, functions are looked at."""
    with pytest.raises(PluginError, match=problem):
        Recurring(report, rule)


def test_a_function_is_plain() -> None:
    """Nothing is awaited for a rule."""

    async def slowly(settings: Any) -> str:
        return ""

    with pytest.raises(PluginError, match="is a text or a plain function of the settings"):
        Recurring(report, slowly)  # type: ignore[arg-type]


REPORTS = """\
import msgspec
from gateway import JobContext, Recurring, daily, hook, job

class Settings(msgspec.Struct, frozen=True):
    report_at: str = ""

@hook.register_jobs
def jobs():
    return [Recurring(report, lambda settings: daily(settings.report_at) if settings.report_at else "")]

@job
async def report(job: JobContext) -> None:
    ...
"""


async def test_a_setting_that_changes_is_followed_while_the_gateway_runs(house: House) -> None:
    """Each tenant's own row moves; one that writes what is no time has none, and the other keeps its."""
    house.plugin("reports", REPORTS)
    for tenant, at in (("duka", "08:00"), ("soko", "")):
        house.line(tenant, "reports")
        house.lines[tenant].plugin_settings["reports"] = {"report_at": at}
    await house.start()

    async def are(**times: str) -> None:
        wanted = sorted((tenant, daily(at)) for tenant, at in times.items())

        async def so() -> bool:
            rows = await house.rows("select tenant, recurs from job order by tenant")
            return [tuple(row) for row in rows] == wanted

        await until(so, str(times))  # type: ignore[arg-type]

    def write(**times: str) -> None:
        for tenant, at in times.items():
            house.lines[tenant].plugin_settings["reports"] = {"report_at": at}
        house.write()

    await are(duka="08:00")
    write(duka="19:30", soko="07:15")
    await are(duka="19:30", soko="07:15")
    write(duka="half past seven")
    await are(soko="07:15")
