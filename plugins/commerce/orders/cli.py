"""`gateway commerce orders`: look at orders and act on them from the terminal."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

import msgspec

from gateway import CliCommand, CliContext, Db
from plugins.commerce.common.ids import micros
from plugins.commerce.orders import act, listing, parcels
from plugins.commerce.orders.hand import Hand, unheard
from plugins.commerce.orders.notify import tell_plugins
from plugins.commerce.orders.order import Order, numbered, order_of
from plugins.commerce.orders.parcel import tracking_url
from plugins.commerce.orders.states import Impossible
from plugins.commerce.orders.tell import short, whole
from plugins.commerce.settings import Settings

ACTS = ("accept", "pack", "ship", "deliver", "cancel")
_FIRST = f"{'number':<8}  {'placed':<16}  {'state':<10} {'payment':<20} {'goods':<20} {'total':>14}  name"


async def listed(db: Db, state: str, limit: int) -> list[dict[str, Any]]:
    """The newest orders, for a table."""
    found, _ = await listing.orders(db, listing.Wanted(state=state, limit=limit))
    return [msgspec.to_builtins(short(each)) for each in found]


async def shown(db: Db, id: str) -> dict[str, Any]:
    """An order with everything; {} when there is none."""
    found = await _found(db, id)
    return {} if found is None else msgspec.to_builtins(await whole(db, found), str_keys=True)


async def done(db: Db, what: str, id: str, by: dict[str, str]) -> str:
    """Act on an order; what there is to say of it. What the customer and other plugins are to be told is kept
    with it, and told by the gateway within a quarter of an hour."""
    found = await _found(db, id)
    if found is None:
        return "!there is no such order"
    hand = _hand(db, found)
    carrier = parcels.Carrier(by.get("carrier", ""), by.get("tracking", ""), by.get("url", ""))
    try:
        match what:
            case "accept":
                after = await act.accept(hand, found.id)
            case "pack":
                after = await act.pack(hand, found.id)
            case "ship":
                after = await parcels.ship(hand, found.id, by=carrier)
            case "deliver":
                after = await parcels.deliver(hand, found.id)
            case _:
                after = await act.cancel(hand, found.id, reason=by.get("reason", ""))
    except Impossible as cannot:
        return f"!{cannot.whole}"
    await tell_plugins(hand, after)
    return f"{after.number}: {after.state}, {after.payment_state}, {after.fulfilment}".replace("_", " ")


async def run(args: argparse.Namespace, context: CliContext) -> int:
    """List, show, or act."""
    if args.what == "list":
        rows = await context.work(listed, args.state, args.limit)
        print(_FIRST if rows else "no orders")
        for row in rows:
            print(_row(row))
        return 0
    if not args.order:
        print("say which order: its number or its id")
        return 2
    if args.what == "show":
        found = await context.work(shown, args.order)
        print(msgspec.json.format(msgspec.json.encode(found)).decode() if found else "there is no such order")
        return 0 if found else 1
    try:
        by = {"carrier": args.carrier, "tracking": args.tracking, "url": tracking_url(args.url)}
    except ValueError as wrong:
        print(wrong)
        return 2
    said = await context.work(done, args.what, args.order, by | {"reason": args.reason})
    print(said.removeprefix("!"))
    return 1 if said.startswith("!") else 0


def options(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("what", choices=("list", "show", *ACTS))
    parser.add_argument("order", nargs="?", default="", help="its number or its id")
    parser.add_argument("--state", default="", help="list: only those in this state")
    parser.add_argument("--limit", type=int, default=20, help="list: how many")
    parser.add_argument("--carrier", default="", help="ship: who brings it")
    parser.add_argument("--tracking", default="", help="ship: the parcel's number")
    parser.add_argument("--url", default="", help="ship: where it can be followed (https)")
    parser.add_argument("--reason", default="", help="cancel: what the customer is told")


CLI = (CliCommand("orders", "list and show orders, accept, pack, ship, deliver or cancel one", run, options),)


async def _found(db: Db, id: str) -> Order | None:
    return await order_of(db, id) or await numbered(db, id)


def _hand(db: Db, order: Order) -> Hand:
    return Hand("shop", "command", db, micros(datetime.now(UTC)), Settings(), unheard)


def _row(row: dict[str, Any]) -> str:
    total = f"{row['currency']} {row['total']}"
    states = f"{row['state']:<10} {row['payment_state']:<20} {row['fulfilment']:<20}"
    return f"{row['number']:<8}  {row['placed_at'][:16]:<16}  {states} {total:>14}  {row['name']}"
