"""`gateway commerce synonym` and `gateway commerce missed`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from gateway import CliCommand, CliContext, Db
from plugins.commerce.search import owner


async def added(db: Db, word: str, means: str) -> str:
    """Keep a synonym; what there is to say of it, "!" before a refusal."""
    try:
        made = await owner.add(db, word, means)
    except owner.Wrong as wrong:
        return f"!{wrong}"
    return f"who searches {made.word} finds {made.means} as well, and the other way round"


async def listed(db: Db) -> list[tuple[str, str]]:
    """All synonyms."""
    return [(each.word, each.means) for each in await owner.synonyms(db)]


async def removed(db: Db, word: str, means: str) -> bool:
    """Forget a synonym, or all of a word."""
    return await owner.remove(db, word, means)


async def in_vain(db: Db, days: int) -> list[tuple[str, int]]:
    """What was searched in vain."""
    found = await owner.missed(db, datetime.now(UTC).date(), days)
    return [(each.words, each.times) for each in found]


async def synonym(args: argparse.Namespace, context: CliContext) -> int:
    """Add, list or remove."""
    if args.what == "list":
        pairs = await context.work(listed)
        print("\n".join(f"{word} = {means}" for word, means in pairs) or "no synonyms")
        return 0
    if not args.word or (args.what == "add" and not args.means):
        print(f"write the words: gateway commerce synonym {args.what} sukuma kale")
        return 2
    if args.what == "remove":
        gone = await context.work(removed, args.word, args.means)
        print("removed" if gone else "there is no such synonym")
        return 0 if gone else 1
    told = await context.work(added, args.word, args.means)
    print(told.removeprefix("!"))
    return 1 if told.startswith("!") else 0


def synonym_options(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("what", choices=("add", "list", "remove"))
    parser.add_argument("word", nargs="?", default="", help="what customers write: sukuma")
    parser.add_argument("means", nargs="?", default="", help="what the goods are called: kale")


async def missed(args: argparse.Namespace, context: CliContext) -> int:
    """List what was searched in vain."""
    found = await context.work(in_vain, args.days)
    print("\n".join(f"{times:>6,}  {words}" for words, times in found) or "nothing was searched in vain")
    return 0


def missed_options(parser: argparse.ArgumentParser) -> None:
    """How far back."""
    parser.add_argument("--days", type=int, default=30, help="how many days back, 90 at most (default: 30)")


COMMANDS = (
    CliCommand("synonym", "words that mean the same: add, list or remove", synonym, synonym_options),
    CliCommand("missed", "what customers searched in vain", missed, missed_options),
)
