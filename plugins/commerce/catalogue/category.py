"""Making, renaming, moving and hiding categories. What lies below one keeps its path right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Db
from plugins.commerce.catalogue import checks
from plugins.commerce.catalogue.known import CATEGORIES as SQL
from plugins.commerce.catalogue.sku import harmless
from plugins.commerce.common.ids import micros, new_id


class CategoryRefused(Exception):
    """A category that cannot be kept so: the *field*, and a sentence."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class Stored(Struct, frozen=True):
    """A category as it is kept. *path* holds the names of those above: "Fresh > Fruit"."""

    id: str
    parent: str
    path: str
    name: str
    names: dict[str, str]
    emoji: str
    sort: int
    hidden: bool


async def stored(db: Db, id: str) -> Stored | None:
    """The category with this id."""
    row = await db.one(SQL["one"], id=harmless(id))
    return stored_of(row) if row else None


async def create(db: Db, given: Mapping[str, Any], now: datetime) -> Stored:
    """A new category with the fields *given* of `Stored`. Raises `CategoryRefused`."""
    await db.run(SQL["lock"])
    new = await _placed(db, _checked(Stored(new_id(now), "", "", "", {}, "", 0, False), given))
    if not await db.run(SQL["add"], **_row(new, now)):
        raise CategoryRefused("name", f'there is a category "{new.path}" already')
    return new


async def change(db: Db, id: str, given: Mapping[str, Any], now: datetime) -> Stored | None:
    """The category with the fields that are *given*, and the paths of all below it; None when there is none.
    Raises `CategoryRefused` also where it would lie within itself, or too deep."""
    # Two moves at once could make a ring: who holds the top categories is the only one who moves.
    await db.run(SQL["lock"])
    old = await stored(db, id)
    if old is None:
        return None
    tree = await db.all(SQL["subtree"], id=old.id)
    changed = _checked(old, given)
    if changed.parent in {row["id"] for row in tree}:
        raise CategoryRefused("parent", "a category cannot lie within itself, or below what is within it")
    new = await _placed(db, changed, deep=max(row["depth"] for row in tree))
    if new.path != old.path:
        there = await db.value(SQL["another"], path=new.path, id=new.id)
        if there:
            raise CategoryRefused("name", f'there is a category "{new.path}" already')
    await db.run(SQL["change"], **_row(new, now))
    if new.path != old.path:
        await _repath(db, new, tree, micros(now))
    return new


def stored_of(row: Any) -> Stored:
    """A row of `commerce_category`."""
    names: dict[str, str] = msgspec.json.decode(row["names"])
    return Stored(
        row["id"],
        row["parent"],
        row["path"],
        row["name"],
        names,
        row["emoji"],
        row["sort"],
        row["hidden"] == 1,
    )


def _checked(old: Stored, given: Mapping[str, Any]) -> Stored:
    """*old* with what is *given*, each value looked at by itself."""
    new = dict(given)
    checking: Mapping[str, Callable[[Any], Any]] = {
        "name": checks.category_name,
        "names": lambda said: checks.by_language(said, "category's name", checks.LONGEST_CATEGORY),
        "emoji": lambda said: checks.text(said, "emoji", 16),
        "sort": lambda said: checks.number(said, "place in the order", -checks.LARGEST),
        "parent": harmless,
    }
    for field, check in checking.items():
        try:
            if field in given:
                new[field] = check(given[field])
        except checks.Wrong as error:
            raise CategoryRefused(field, str(error)) from None
    if "names" in new:
        both = {**old.names, **new["names"]}
        new["names"] = {code: said for code, said in both.items() if said}
    changed = msgspec.structs.replace(old, **new)
    if not changed.name:
        raise CategoryRefused("name", "the name is missing: write one of at most 80 characters")
    return changed


async def _placed(db: Db, category: Stored, deep: int = 1) -> Stored:
    """*category* with its path; *deep* is how many levels it brings with it."""
    if not category.parent:
        above = ""
    else:
        parent = await stored(db, category.parent)
        if parent is None:
            raise CategoryRefused("parent", "no category of yours has this id: leave it out for the top")
        above = parent.path
    depth = above.count(checks.ARROW) + 1 if above else 0
    if depth + deep > checks.DEEPEST:
        raise CategoryRefused(
            "parent", f"categories would lie {depth + deep} deep, and {checks.DEEPEST} is the most"
        )
    return msgspec.structs.replace(
        category, path=f"{above}{checks.ARROW}{category.name}" if above else category.name
    )


async def _repath(db: Db, new: Stored, tree: Any, now: int) -> None:
    """The paths of what lies below *new*; *tree* has those above first."""
    paths = {new.id: new.path}
    for row in tree:
        if row["id"] != new.id:
            paths[row["id"]] = f"{paths[row['parent']]}{checks.ARROW}{row['name']}"
    await db.many(
        SQL["set_path"], [{"id": id, "path": path, "now": now} for id, path in paths.items() if id != new.id]
    )


def _row(category: Stored, now: datetime) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(category), "names": msgspec.json.encode(category.names).decode(),
        "hidden": int(category.hidden), "now": micros(now),
    }  # fmt: skip
