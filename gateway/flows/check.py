"""Every live conversation held against the code that is installed: which would not go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from gateway.errors import GatewayError
from gateway.facts import Tenant
from gateway.flows.check_desk import DryTurn, talk_of
from gateway.flows.check_replay import Kind, Misfit, misfit
from gateway.flows.record import flow_row
from gateway.hooks.host import Host
from gateway.language.speech import Speech
from gateway.store.port import Row, Store, Tx
from gateway.store.sql import load_queries

QUERIES = load_queries(Path(__file__).parent / "check.sql")
PAGE = 500
#: As many ids as are named of the conversations that one finding is about.
NAMED = 5
LIVE = ("tenant", "plugin", "name", "pending", "code", "state", "flows", "oldest")

Progress = Callable[[int, int], None]


class Finding(Struct, frozen=True):
    """Conversations of one flow and tenant that do not fit for one reason; some of their *ids*."""

    plugin: str
    flow: str
    version: str
    tenant: str
    count: int
    ids: tuple[str, ...]
    why: Misfit

    @property
    def kind(self) -> Kind:
        """What is wrong."""
        return self.why.kind


class Report(Struct, frozen=True):
    """How many *flows* were looked at, and what does not fit, worst first."""

    flows: int
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether every conversation would go on."""
        return not self.findings


class Surroundings(Struct, frozen=True):
    """What a flow may look at: its tenant, its plugin's settings for (tenant, plugin, channel), its words."""

    host: Host
    tenants: Callable[[str], Tenant]
    settings: Callable[[str, str, str], Any]
    speech: Speech


async def check(store: Store, around: Surroundings, progress: Progress = lambda done, all: None) -> Report:
    """Replay every flow of the database, read only; nothing is said and nothing is run."""
    total = await store.read(_count)
    found: dict[tuple[str, str, str, str, Misfit], tuple[Misfit, list[str]]] = {}
    done, after = 0, ""
    while page := await store.read(partial(_page, after)):
        for row in page:
            why = await _look(row, around)
            if why is not None:
                # What was answered makes a detail another in each conversation: one of them is enough.
                key = (row["plugin"], row["name"], row["code"], row["tenant"], replace(why, detail=""))
                found.setdefault(key, (why, []))[1].append(row["id"])
        after, done = page[-1]["id"], done + len(page)
        progress(done, max(total, done))
    findings = [Finding(*key[:4], len(ids), tuple(ids[:NAMED]), why) for key, (why, ids) in found.items()]
    findings.sort(key=lambda each: (-each.count, each.plugin, each.flow, each.tenant))
    return Report(done, tuple(findings))


async def _page(after: str, tx: Tx) -> list[Row]:
    return await tx.all(QUERIES["logs"], after=after, limit=PAGE)


async def _count(tx: Tx) -> int:
    return int(await tx.value(QUERIES["count"]))


async def _look(row: Row, around: Surroundings) -> Misfit | None:
    flow, tenant = flow_row(row), around.tenants(row["tenant"])
    words = around.speech.words(flow.plugin, tenant, row["language"] or "", row["address"] or "")
    settings: Any = {}
    if around.host.named(flow.plugin) is not None:
        try:
            settings = around.settings(flow.tenant, flow.plugin, row["channel"] or "")
        except GatewayError as error:
            return Misfit("failed", flow.pending, detail=str(error))
    turn = DryTurn(flow, talk_of(row, words.language), tenant, settings, words)
    return await misfit(around.host, flow, turn)


async def live(store: Store) -> list[dict[str, Any]]:
    """How many conversations are open, by flow and by what they wait for."""
    rows = await store.read(_live)
    return [{name: row[name] for name in LIVE} for row in rows]


async def _live(tx: Tx) -> list[Row]:
    return await tx.all(QUERIES["live"])
