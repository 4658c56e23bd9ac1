"""What a plugin's migration may say: make and change tables, indexes and views of its own, and fill them.

The runner signs in as the owner of every table, so a migration could do anything. What is here keeps a
plugin's mistake away from the core's tables; a plugin is trusted code all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gateway.errors import SettingsError
from gateway.store import guard
from gateway.store.migrate.rules import Owners, prefix
from gateway.store.migrate.source import CORE, Component, Migration
from gateway.store.sql import Token, tokens

_MAY = "create, alter or drop a table, an index or a view, insert, update and delete"
_PLAIN = "leave out U&\"…\", E'\\'', byte order marks, and carriage returns within comments"
_NAMED = ("table", "index", "view")
#: Words between CREATE and what is created.
_BETWEEN = frozenset(("unique", "or", "replace"))
_CHANGES = frozenset(("insert", "update", "delete", "with", "replace"))
_SKIPPED = frozenset(("if", "not", "exists", "only", "concurrently"))
#: Two words in a row that would take a table out of the runner's hands.
_TAKEN = {("owner", "to"), ("level", "security"), ("set", "schema"), ("enable", "rule"), ("disable", "rule")}
_CORE_TABLE = re.compile(r"^create table (\w+)", re.MULTILINE)


def check_names(components: Iterable[Component]) -> None:
    """Raise `SettingsError` for a plugin whose tables could not be told from the core's."""
    ours = {
        name for path in CORE.folder.glob("*.sql") for name in _CORE_TABLE.findall(path.read_text("utf-8"))
    }
    for component in components:
        if component.name == CORE.name:
            continue
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,40}", component.name):
            raise SettingsError(
                component.name, "is not a name for a plugin with tables", "use a-z, 0-9, - and _"
            )
        taken = sorted(name for name in ours if name.startswith(prefix(component.name)))
        if taken:
            raise SettingsError(
                component.name,
                f"a plugin with tables cannot have this name: the core has {taken[0]}",
                "choose another name for the plugin",
            )


def check_text(step: Migration, components: Iterable[Component]) -> None:
    """Raise `SettingsError` when *step* is a plugin's and says what no plugin's migration may."""
    if step.component == CORE.name:
        return
    owners = Owners(components)
    found = list(tokens(step.sql))
    if guard.is_disguised(found):
        raise SettingsError(step.full_name, "names are written as they are, not with escapes", _PLAIN)
    solid = [token for token in found if token.kind != "space"]
    for statement in _split(solid):
        problem = _problem(statement, step.component, owners)
        if problem:
            short = " ".join(token.text for token in statement[:12])
            raise SettingsError(step.full_name, f"{problem}: {short} …", f"a plugin's migration may {_MAY}")


def _split(solid: Sequence[Token]) -> Iterator[list[Token]]:
    piece: list[Token] = []
    for token in solid:
        if token.text == ";":
            if piece:
                yield piece
            piece = []
        else:
            piece.append(token)
    if piece:
        yield piece


def _problem(statement: list[Token], plugin: str, owners: Owners) -> str | None:
    words = [guard.word_of(token) for token in statement]
    if not _is_allowed(words):
        return "a plugin's migration may not do this"
    for pair in pairwise(words):
        if pair in _TAKEN or pair[0] in ("inherits", "inherit"):
            return f"{' '.join(pair).upper()} is the gateway's own business"
    for word in words:
        if word.startswith(("pg_", "sqlite_")) or guard.REACHES_OUT.fullmatch(word):
            return f"a plugin may not use {word}"
    for position in _targets(words):
        if position >= len(words) or not words[position]:
            return "the name of a table is missing"
        if statement[position + 1 : position + 2] == [Token("other", ".")]:
            return "names are written without a schema"
        if owners.owner(words[position]) != plugin:
            return f"{words[position]} is not the plugin's (its names begin with {prefix(plugin)})"
    return None


def _is_allowed(words: list[str]) -> bool:
    first, rest = words[0], words[1:]
    while first == "create" and rest and rest[0] in _BETWEEN:
        rest = rest[1:]
    return first in _CHANGES or (first in ("create", "alter", "drop") and bool(rest) and rest[0] in _NAMED)


def _targets(words: list[str]) -> Iterator[int]:
    """Where the names are of what a statement makes, changes or removes."""
    making = words[0] in ("create", "alter", "drop")
    index = making and "index" in words[1:3]
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        after = words[position + 1] if position + 1 < len(words) else ""
        if (
            (making and position < 4 and word in _NAMED)
            or word == "into"
            or (word == "update" and before not in ("for", "do", "key", "on", "or"))
            or (word == "from" and before == "delete")
            or (index and word == "on")
            or (word == "partition" and after not in ("by", "of"))
            or (word == "of" and before == "partition")
        ):
            place = position + 1
            while place < len(words) and words[place] in _SKIPPED:
                place += 1
            if index and word == "index" and words[place : place + 1] == ["on"]:
                continue  # an index whose name the database makes
            yield place
            while words[0] == "drop" and word in _NAMED and words[place + 2 : place + 3]:
                place += 2  # drop table a, b
                yield place
