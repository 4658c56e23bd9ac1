"""`gateway commerce code add KARIBU10 --percent 10`: discount codes from the terminal."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

import msgspec

from gateway import CliCommand, CliContext, Db
from plugins.commerce.codes import draft
from plugins.commerce.codes.code import SQL, fold_code
from plugins.commerce.codes.draft import Draft, Wrong
from plugins.commerce.codes.shown import Codes, Shown, page


async def added(db: Db, written: dict[str, Any], currency: str) -> str:
    """Make the code of what was *written*: its name, or "!" and why not. Days are those of UTC."""
    wanted = msgspec.convert(written, Draft)
    currency = currency or await _currency(db)
    if not currency and (wanted.amount or wanted.min_subtotal or wanted.max_discount):
        return "!say in which currency: the shop has no products yet. --currency KES"
    try:
        return await draft.create(db, wanted, currency=currency or "KES", zone="UTC", now=datetime.now(UTC))
    except Wrong as wrong:
        return f"!{wrong}"


async def listed(db: Db, after: str) -> dict[str, Any]:
    """A page of the codes."""
    found: dict[str, Any] = msgspec.to_builtins(await page(db, await _currency(db) or "KES", after))
    return found


async def stopped(db: Db, code: str) -> bool:
    """Stop a code; False when there is none."""
    return await db.run(SQL["stop"], code=fold_code(code)) > 0


async def _currency(db: Db) -> str:
    """In which currency the shop sells."""
    return str(await db.value(SQL["currency"]) or "")


async def run(args: argparse.Namespace, context: CliContext) -> int:
    """Add, list or stop."""
    if args.what == "list":
        return await _list(context)
    if args.what == "stop":
        done = await context.work(stopped, args.code)
        print(f"{fold_code(args.code)} does not count any more" if done else "there is no such code")
        return 0 if done else 1
    written = {name: value for name, value in vars(args).items() if name in Draft.__struct_fields__}
    made = await context.work(added, written, args.currency)
    print(made.removeprefix("!"))
    return 1 if made.startswith("!") else 0


async def _list(context: CliContext) -> int:
    after, none = "", True
    while True:
        found = msgspec.convert(await context.work(listed, after), Codes)
        for each in found.codes:
            print(_line(each))
            none = False
        after = found.after
        if not after:
            break
    if none:
        print("no codes")
    return 0


def _line(code: Shown) -> str:
    what = {"percentage": f"{code.percent} %", "fixed": f"{code.amount} {code.currency}"}.get(
        code.kind, "free delivery"
    )
    used = f"{code.used} of {code.usage_limit}" if code.usage_limit else str(code.used)
    state = "" if code.active else ", stopped"
    until = f", until {code.ends_at}" if code.ends_at else ""
    return f"{code.code:<20} {what:<18} used {used}{until}{state}"


def options(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("what", choices=("add", "list", "stop"))
    parser.add_argument("code", nargs="?", default="", help="add: left out, one is made that nobody guesses")
    parser.add_argument("--percent", default="", help="takes off so many percent: 10, 12.5")
    parser.add_argument("--amount", default="", help="takes off this amount: 250")
    parser.add_argument("--free-delivery", action="store_true", help="the delivery costs nothing")
    parser.add_argument("--min", dest="min_subtotal", default="", help="counts from this subtotal on: 2000")
    parser.add_argument("--most", dest="max_discount", default="", help="a percentage takes off this at most")
    parser.add_argument("--category", default="", help='counts for these things only: "Fresh > Fruit"')
    parser.add_argument("--contact", default="", help="the id of the only customer who may use it")
    parser.add_argument("--first-order", action="store_true", help="for a customer's first order only")
    parser.add_argument("--limit", dest="usage_limit", type=int, default=0, help="how often in all")
    parser.add_argument("--each", dest="per_customer", type=int, default=0, help="how often for one customer")
    parser.add_argument("--from", dest="starts_at", default="", help="from this day or time on: 2026-12-01")
    parser.add_argument("--until", dest="ends_at", default="", help="until this day or time: 2026-12-31")
    parser.add_argument("--title", default="", help="for yourself")
    parser.add_argument("--currency", default="", help="of the amounts (default: that of the products)")


COMMANDS = (CliCommand("code", "add a discount code, list all of them, or stop one", run, options),)
