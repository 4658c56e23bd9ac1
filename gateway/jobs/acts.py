"""What others may do to an open job: take it back, run it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway.audit import command, note
from gateway.channels import Channels
from gateway.clock import rfc3339, stamp
from gateway.errors import GatewayError
from gateway.jobs.queries import JOB
from gateway.jobs.settle import woken
from gateway.model.inside import Woke
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Row, Store, Tx

#: Sorts behind every id, in every collation: ids are hexadecimal.
LAST = "g"
RECURS = (
    "this job comes again by itself: disable its plugin for the tenant, or change the plugin's register_jobs"
)


class Taken(Struct, frozen=True):
    """What came of a cancellation: whether there was such a job, whether it comes again by itself (it stays),
    and the event for the flow that waits for it."""

    found: bool
    recurs: bool = False
    woke: OpenEvent | None = None


async def cancel(tx: Tx, channels: Channels, tenant: str, identifier: str, now: int) -> Taken:
    """Take a job back, in this transaction. A run of it that is under way keeps nothing of what it says."""
    rows = await tx.each(JOB["cancel"], [{"tenant": tenant, "id": identifier}])
    if not rows:
        known = await tx.one(JOB["one"], tenant=tenant, id=identifier)
        return Taken(known is not None, known is not None)
    row = rows[0]
    if not row["flow"]:
        return Taken(True)
    woke = Woke(row["plugin"], row["flow"], "job", row["op"], now, error="the job was cancelled")
    return Taken(True, False, await woken(tx, channels, tenant, row["conversation"], woke, now))


async def hasten(tx: Tx, tenant: str, identifier: str, now: int) -> bool:
    """Let a job that waits run now; False when none waits."""
    return bool(await tx.each(JOB["hasten"], [{"tenant": tenant, "id": identifier, "now": now}]))


async def list_all(store: Store, tenant: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """`gateway jobs list`: the open jobs of *tenant*, newest first."""
    rows = await store.scope(tenant).read(
        lambda tx: listed(
            tx, tenant, before=LAST, plugin=str(args.get("plugin", "")), state=str(args.get("state", "")),
            limit=min(max(int(args.get("limit", 50)), 1), 1000),
        )
    )  # fmt: skip
    return {"jobs": [msgspec.to_builtins(item_of(row)) for row in rows]}


async def cancel_one(
    store: Store, channels: Channels, tenant: str, args: Mapping[str, Any], now: int
) -> dict[str, Any]:
    """`gateway jobs cancel`. Raises `GatewayError`."""
    identifier, actor = str(args["id"]), command(str(args.get("by", "")))

    async def work(tx: Tx) -> Taken:
        taken = await cancel(tx, channels, tenant, identifier, now)
        if taken.found and not taken.recurs:
            await note(tx, actor, tenant, "job.cancel", f"job:{identifier}", now)
        return taken

    taken = await store.scope(tenant).write(work)
    if not taken.found:
        raise GatewayError(f"tenant {tenant!r} has no open job {identifier!r}: gateway jobs list shows them")
    if taken.recurs:
        raise GatewayError(RECURS)
    return {"id": identifier, "state": "cancelled"}


class JobItem(Struct, frozen=True):
    """A job that is open. *state* is ready (to run at *due_at*) or running. *attempt* counts its runs,
    *failures* those that failed, the last with *error*. *progress* is from 0 to 1, null when it said nothing,
    *words* what it said with it. *recurs* is the rule (RFC 5545) of one that comes again, in *time_zone*."""

    id: str
    plugin: str
    name: str
    key: str | None
    conversation: str | None
    state: str
    due_at: str | None
    attempt: int
    failures: int
    progress: float | None
    words: str | None
    error: str | None
    recurs: str | None
    time_zone: str | None
    created_at: str


class Progress(Struct, frozen=True):
    """What a job says of itself while it runs; *done* is None while it said nothing."""

    done: float | None = None
    words: str = ""


def progress_of(text: str) -> Progress:
    """The column `progress`; what is no progress says nothing."""
    try:
        return msgspec.json.decode(text, type=Progress)
    except msgspec.DecodeError:
        return Progress()


def item_of(row: Row) -> JobItem:
    """A row of `list` or `one`."""
    told = progress_of(row["progress"])
    return JobItem(
        row["id"], row["plugin"], row["name"], row["key"] or None, row["conversation"] or None, row["state"],
        stamp(row["due_at"]), row["attempt"], row["failures"], told.done, told.words or None,
        row["error"] or None, row["recurs"] or None, row["zone"] or None, rfc3339(row["created_at"]),
    )  # fmt: skip


async def listed(
    tx: Tx, tenant: str, *, before: str, plugin: str = "", state: str = "", limit: int = 50
) -> Sequence[Row]:
    """Open jobs of *tenant*, newest first, behind the id *before*."""
    return await tx.all(JOB["list"], tenant=tenant, before=before, plugin=plugin, state=state, limit=limit)
