"""What a plugin's code says to contacts, found for its catalogues: a method for ``pybabel extract``.

In ``babel.cfg``::

    [gateway.language.extract.extract: **.py]

It finds what ``t``, ``n`` and `Invalid` are called with, the help of a `Command` and what it takes, and the
title of a flow.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

#: What is said: the line, a function of gettext's, one text or one and many, and comments.
Said = tuple[int, str, str | tuple[str, str], list[str]]

#: Where the text stands in a call: its place, and its name when it is given by name.
_TEXTS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "t": ((0, "text"),),
    "core": ((0, "text"),),
    "Invalid": ((0, "words"),),
    "Command": ((2, "help"), (4, "takes")),
    "flow": ((-1, "title"),),
}


def extract(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Said]:
    """As Babel calls it; only *file* counts."""
    return said(file.read().decode())


def said(source: str, names: Collection[str] = (*_TEXTS, "n")) -> Iterator[Said]:
    """The texts of Python code, in the calls of *names*."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(call.func)
        if name not in names:
            continue
        if name == "n":
            one, many = _text(call, 0, "one"), _text(call, 1, "many")
            if one and many:
                yield call.lineno, "ngettext", (one, many), []
            continue
        for place, argument in _TEXTS[name]:
            if text := _text(call, place, argument):
                yield call.lineno, "gettext", text, []


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _text(call: ast.Call, place: int, name: str) -> str:
    """The text at this place of *call*; "" for none, and for one that is not written there."""
    given = [each.value for each in call.keywords if each.arg == name]
    given += call.args[place : place + 1] if place >= 0 else []
    found = given[0] if given else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""
