"""What `gateway restored` asks of a gateway, for `gateway.operate`: JSON in and out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from msgspec import to_builtins

from gateway.audit import command, note
from gateway.backup.person import DONE, PAGE, Desk, Held
from gateway.channels import Channels
from gateway.clock import SystemClock, rfc3339
from gateway.errors import GatewayError
from gateway.store.port import Row, Store, Tx

Args = dict[str, Any]


class Context(Protocol):
    """The parts of `gateway.operate.Context` that are needed here."""

    @property
    def store(self) -> Store: ...
    @property
    def channels(self) -> Channels: ...


def shown(held: Held) -> dict[str, Any]:
    """A held message, for people and programs."""
    return {**to_builtins(held), "at": rfc3339(held.at)}


async def _list(context: Context, args: Args) -> Args:
    """What is held: a page of it."""
    desk = Desk(context.store, context.channels, SystemClock())
    limit = max(1, min(int(args.get("limit", PAGE)), 1000))
    return {"held": [shown(each) for each in await desk.list(str(args.get("tenant", "")), limit)]}


async def _release(context: Context, args: Args) -> Args:
    return await _act(context, args, "release")


async def _discard(context: Context, args: Args) -> Args:
    return await _act(context, args, "discard")


async def _act(context: Context, args: Args, what: str) -> Args:
    """Release or discard those of *ids*, or all, each in a transaction of its own."""
    clock = SystemClock()
    desk = Desk(context.store, context.channels, clock)
    act = desk.release if what == "release" else desk.discard
    tenant, ids = str(args.get("tenant", "")), {str(each) for each in args.get("ids", ())}
    done: list[str] = []
    while held := await desk.list(tenant, 1000) if args.get("all") else await _those(desk, tenant, ids):
        before = len(done)
        for each in held:
            if await act(each.tenant, each.id, _audited(args, what)):
                done.append(each.id)
                ids.discard(each.id)
        if not args.get("all") or len(done) == before:
            break
    if not args.get("all") and ids:
        names = ", ".join(sorted(ids))
        raise GatewayError(f"nothing is held under {names} (any more); {len(done)} {DONE[what]}")
    return {"done": done}


async def _those(desk: Desk, tenant: str, ids: set[str]) -> list[Held]:
    found = []
    for each in ids:
        if (held := await desk.one(tenant, each)) is not None:
            found.append(held)
    return found


def _audited(args: Args, what: str) -> Callable[[Tx, Row], Awaitable[None]]:
    async def beside(tx: Tx, row: Row) -> None:
        await note(
            tx, command(str(args["by"])), row["tenant"], f"restored.{what}", f"message:{row['ref']}",
            SystemClock().now(),
        )  # fmt: skip

    return beside


RESTORED_ACTS: Mapping[str, Callable[[Context, Args], Awaitable[Args]]] = {
    "restored.list": _list,
    "restored.release": _release,
    "restored.discard": _discard,
}
