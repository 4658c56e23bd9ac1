"""A module of a plugin as its flows are looked at: what its names stand for, its functions, its own state."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec import Struct

Function = ast.FunctionDef | ast.AsyncFunctionDef

_MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS = frozenset({"list", "dict", "set", "defaultdict", "Counter", "deque", "OrderedDict"})


class Module(Struct, frozen=True):
    """*imports* maps a name to the dotted name that it stands for, *functions* the module's own functions,
    *state* the names of its lists, dicts and sets; *excused* are lines that say ``# replay: ok``."""

    imports: dict[str, str]
    functions: dict[str, Function]
    state: frozenset[str]
    excused: frozenset[int]
    tree: ast.Module


def read(source: str) -> Module:
    """A module's text. Raises SyntaxError."""
    tree = ast.parse(source)
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    excused = {n for n, line in enumerate(source.splitlines(), 1) if "# replay: ok" in line}
    return Module(dict(_imports(tree)), functions, frozenset(_state(tree)), frozenset(excused), tree)


def function_at(module: Module, name: str, line: int) -> Function | None:
    """The function *name* whose decorators or body begin at *line*."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function) and node.name == name:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= node.lineno:
                return node
    return None


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.partition(".")[0]
                yield (name.asname, name.name) if name.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                yield name.asname or name.name, f"{node.module}.{name.name}"


def _state(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        called = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        if isinstance(value, _MUTABLE) or called in _MAKERS:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def dotted(node: ast.expr) -> str:
    """ "a.b.c" for such an expression, else ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def bound(function: Function) -> set[str]:
    """The names that *function* binds itself, its arguments among them."""
    args = function.args
    names = {
        arg.arg for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg] if arg
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names - {
        name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names
    }
