"""What waits, and what has been given up, of all tenants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.audit.verify import verify
from gateway.clock import MINUTE, SECOND
from gateway.model.finding import Finding
from gateway.moments import ago
from gateway.retention.outlook import finding as retention
from gateway.store.port import Row, Store, Tx
from gateway.store.reseal import Reseal
from gateway.store.seal import Seal
from gateway.store.sql import load_queries

SQL = load_queries(Path(__file__).with_name("doctor.sql"))
#: Seconds that a message may be due.
LATE_WARN, LATE_WRONG = 300.0, 900.0


async def findings(store: Store, spool: Path, now: int) -> list[Finding]:
    """All of them."""

    async def work(tx: Tx) -> tuple[int, int, int, list[Row], int, list[Row], int]:
        return (
            int(await tx.value(SQL["dead"])),
            int(await tx.value(SQL["due"], now=now) or 0),
            int(await tx.value(SQL["doubts"])),
            await tx.all(SQL["disabled"]),
            int(await tx.value(SQL["deliveries"], before=now - 15 * MINUTE)),
            await tx.all(SQL["looping"]),
            int(await tx.value(SQL["muted"])),
        )

    dead, due, doubts, disabled, deliveries, loops, muted = await store.read(work)
    names = ", ".join(f"{row['id']} of {row['tenant']}" for row in disabled)
    return [
        _some("dead letters", dead, "open", "`gateway replay --help` tells how they run again"),
        spooled(spool),
        outbox((now - due) / SECOND if due else 0.0),
        _some("doubts", doubts, "with unknown outcome", "each is settled within [sending] in_doubt_give_up"),
        Finding(
            "endpoints", True, f"disabled: {names}" if names else "none is disabled",
            "mend what they call, then enable them: POST /api/v1/webhooks/{id}/enable" if names else "",
        ),
        looping(loops),
        _some("muted", muted, "contacts who wrote too much", "each is answered again once it is quiet"),
        _some("deliveries", deliveries, "late", "look at GET /api/v1/webhooks what the endpoints answer"),
        await retention(store, now),
    ]  # fmt: skip


async def rotation(store: Store, seal: Seal) -> list[Finding]:
    """Whether old secrets can go, and whether the audit log is whole."""
    stage = Reseal(store, seal)
    left, lost = await stage.rows_left(), await stage.lost()
    broken = [each for each in await verify(store) if each.problem]
    found = [sealed(left, lost)]
    found += [
        Finding(
            f"audit of {each.tenant or 'no tenant'}", False, each.problem,
            "compare with a backup who could write to the table; `gateway audit verify` names the row",
        )
        for each in broken
    ]  # fmt: skip
    return found if broken else [*found, Finding("audit", True, "every tenant's chain is whole")]


def looping(loops: Sequence[Row]) -> Finding:
    """Conversations in which a machine answers us."""
    if not loops:
        return Finding("loops", True, "no machine answers us")
    names = ", ".join(f"{row['conversation']} of {row['tenant']}" for row in loops)
    remedy = "see whose robot it is; it is answered again once it has been quiet for ten minutes"
    return Finding("loops", True, f"a machine answers us in {names}", remedy)


def sealed(left: int, lost: int) -> Finding:
    """Values under old secrets; *lost* of them open with none."""
    if lost:
        remedy = "put the secret that is gone back behind the current one in [server] secret"
        return Finding("secrets", False, f"{lost} sealed values cannot be opened", remedy)
    if left:
        remedy = "keep the old secrets until none is left; a running gateway moves them within minutes"
        return Finding("secrets", True, f"{left} values are sealed under old secrets", remedy)
    return Finding(
        "secrets", True, "all are sealed under the current one; API keys move to it as they are used"
    )


def outbox(late: float) -> Finding:
    """*late* is how long the oldest message has been due, seconds."""
    if late <= LATE_WARN:
        return Finding("outbox", True, "nothing is late")
    remedy = "see which channels are paused, below, and whether the gateway runs (`gateway serve`)"
    return Finding("outbox", late <= LATE_WRONG, f"the oldest message is due for {ago(late)}", remedy)


def spooled(folder: Path) -> Finding:
    """Webhooks that arrived while the database was away."""
    size = sum(file.stat().st_size for file in folder.glob("webhooks.*") if file.is_file())
    if not size:
        return Finding("spool", True, "empty")
    remedy = "they are taken in once the database is back; leave the folder alone, and start the gateway"
    return Finding("spool", True, f"{size} bytes of webhooks wait in {folder}", remedy)


def _some(what: str, count: int, which: str, remedy: str) -> Finding:
    return Finding(what, True, f"{count} {which}" if count else f"none {which}", remedy if count else "")
