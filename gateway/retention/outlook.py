"""How retention goes: the oldest row of each kind, what went lately, when the next round is. Looks at indexes
only, however much there is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from gateway.clock import DAY
from gateway.model.finding import Finding
from gateway.retention.queries import RETENTION
from gateway.settings.kept import KINDS
from gateway.store.port import Store, Tx

#: Microseconds that a round may take before somebody is told.
LATE = DAY
#: What stands for the time of the next round when somebody asks for it at once.
ASKED = 1


class Outlook(Struct, frozen=True):
    """Of one kind: when its oldest row is of, how many rows went in the last round in which any did, and when
    that was; 0 for none. Microseconds UTC."""

    oldest_at: int = 0
    removed: int = 0
    removed_at: int = 0


class Round(Struct, frozen=True):
    """When one that is under way began, when the last one ended, when the next one begins: 0 for none."""

    began_at: int
    ended_at: int
    next_at: int


async def outlook(store: Store, tenant: str) -> tuple[Mapping[str, Outlook], Round]:
    """How it goes for *tenant*; of what is the installation's, for all."""

    async def own(tx: Tx) -> dict[str, Outlook]:
        counts = {row["kind"]: row for row in await tx.all(RETENTION["counts"], tenant=tenant)}
        made = {}
        for kind in (name for name in KINDS if KINDS[name].own):
            at = int(await tx.value(RETENTION[f"{kind}_oldest"], tenant=tenant) or 0)
            row = counts.get(kind)
            made[kind] = Outlook(at, row["removed"], row["at"]) if row is not None else Outlook(at)
        return made

    async def everybodys(tx: Tx) -> tuple[dict[str, Outlook], Round]:
        counts = {row["kind"]: row for row in await tx.all(RETENTION["counts"], tenant="")}
        made = {}
        for kind in (name for name in KINDS if not KINDS[name].own):
            at = int(await tx.value(RETENTION[f"{kind}_oldest"]) or 0)
            row = counts.get(kind)
            made[kind] = Outlook(at, row["removed"], row["at"]) if row is not None else Outlook(at)
        return made, await last_round(tx)

    whole, round = await store.read(everybodys)
    return {**whole, **await store.scope(tenant).read(own)}, round


async def last_round(tx: Tx) -> Round:
    """How the rounds go. For the workers' role."""
    row = await tx.one(RETENTION["round"])
    return Round(row["began_at"], row["ended_at"], row["next_at"]) if row is not None else Round(0, 0, 0)


async def ask_round(store: Store) -> None:
    """Have whoever leads begin a round within seconds."""
    await store.write(lambda tx: tx.run(RETENTION["ask_round"], asked=ASKED))


async def finding(store: Store, now: int) -> Finding:
    """Whether rounds end, for `gateway doctor`."""
    round = await store.read(last_round)
    if round.began_at and now - round.began_at > LATE:
        hours = (now - round.began_at) // (DAY // 24)
        remedy = (
            "see the log for retention.later, and how busy the database is; what is open stays in any case"
        )
        return Finding("retention", False, f"a round has been under way for {hours} hours", remedy)
    return Finding("retention", True, "rounds end" if round.ended_at else "no round has ended yet")
