"""A look at the text of flows, without running them: what would be something else at the next replay."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from gateway.flows import lint_rules as rules
from gateway.flows.flow import Flow
from gateway.flows.lint_module import Function, Module, bound, dotted, function_at, read
from gateway.hooks.host import Host
from gateway.hooks.plugin import Plugin, display

_ASKS = frozenset({"ask", "choose", "confirm", "job", "wait_for", "part"})
_CALLS = _ASKS | {"say", "send", "step", "start", "react", "media", "plan", "cancel"}
_CHANGES = frozenset(
    {
        "append",
        "add",
        "extend",
        "insert",
        "update",
        "pop",
        "popitem",
        "remove",
        "clear",
        "setdefault",
        "discard",
    }
)


class Remark(Struct, frozen=True):
    """One line of a flow. *where* is ``file:line``, *what* stands there, *instead* is what to write."""

    plugin: str
    flow: str
    where: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"plugin '{self.plugin}', flow '{self.flow}' ({self.where}): {self.what}: {self.instead}"


def lint(host: Host) -> list[Remark]:
    """What is remarkable of every flow of every plugin, each line once. A line that ends with
    ``# replay: ok`` is left alone."""
    found: dict[tuple[str, str], Remark] = {}
    for plugin in host.plugins.values():
        for versions in plugin.offers.flows.values():
            for flow in versions.values():
                for remark in lint_flow(plugin, flow):
                    found.setdefault((remark.where, remark.what), remark)
    return sorted(found.values(), key=lambda each: (each.plugin, each.where.partition(":")[0], each.flow))


def lint_flow(plugin: Plugin, flow: Flow[..., object]) -> Iterator[Remark]:
    """What is remarkable of one flow; nothing when its text cannot be had."""
    function = inspect.unwrap(flow.function)
    code = getattr(function, "__code__", None)
    if code is None:
        return
    try:
        module = read(Path(code.co_filename).read_text("utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return
    node = function_at(module, code.co_name, code.co_firstlineno)
    if node is None or not node.args.args:
        return
    for at, what, instead in sorted(set(_Look(module).function(node, _chat_of(node)))):
        if at not in module.excused:
            yield Remark(plugin.name, flow.name, display(code.co_filename, at), what, instead)


def _chat_of(function: Function) -> str:
    """What the function calls its chat: the argument that says so, else the first that is not self."""
    for arg in function.args.args:
        if arg.annotation is not None and dotted(arg.annotation).endswith("Chat"):
            return arg.arg
    names = [arg.arg for arg in function.args.args if arg.arg != "self"]
    return names[0] if names else ""


_Found = tuple[int, str, str]


class _Look:
    """One flow and the functions of its module that it calls."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._seen: set[tuple[str, str]] = set()

    def function(self, node: Function, chat: str) -> Iterator[_Found]:
        """What is remarkable in *node*, in which the chat is called *chat* ("" when it has none)."""
        if (node.name, chat) in self._seen:
            return
        self._seen.add((node.name, chat))
        local = bound(node)
        for child in _executed(node.body):
            yield from self._at(child, chat, local)

    def _at(self, node: ast.AST, chat: str, local: set[str]) -> Iterator[_Found]:
        match node:
            case ast.Call():
                yield from self._call(node, chat, local)
            case ast.Attribute(value=ast.Name(id=name), attr="db" | "collect" | "reach" as attr) if (
                chat == name
            ):
                yield node.lineno, f"{chat}.{attr}", rules.DB
            case ast.Try() | ast.TryStar():
                yield from _tried(node, chat)
            case ast.AsyncWith() if _chatting(node.body, chat, _ASKS):
                yield node.lineno, "a question inside 'async with'", rules.ASYNC_WITH
            case ast.For() | ast.comprehension() if _unordered(node.iter):
                yield node.iter.lineno, "a loop over a set", rules.UNORDERED
            case ast.Global():
                yield node.lineno, f"'global {', '.join(node.names)}'", rules.SHARED
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()) if self._own(
                name, local
            ):
                yield node.lineno, f"a change of {name}", rules.SHARED

    def _call(self, node: ast.Call, chat: str, local: set[str]) -> Iterator[_Found]:
        name = dotted(node.func)
        first, _, rest = name.partition(".")
        if not name or (first in local and first != chat):
            return
        if rest in _CHANGES and self._own(first, local):
            yield node.lineno, f"a change of {first}", rules.SHARED
        known = self._module.imports.get(first)
        full = f"{known}.{rest}" if known and rest else known or name
        rule = rules.rule_of(full)
        if rule is not None:
            yield node.lineno, f"{name}() {rule.why}", rule.instead
        elif full == "open":
            yield (
                node.lineno,
                "open() reaches a file at each replay",
                "do it in a job, or read the file once at the top",
            )
        own = self._module.functions.get(name)
        if own is not None and not _is_flow(own):
            yield from self.function(own, _passed(node, own, chat))

    def _own(self, name: str, local: set[str]) -> bool:
        return name in self._module.state and name not in local


def _executed(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Everything that runs when *body* does: not what functions inside it do, but what a question's own
    ``parse=lambda …`` does."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        for child in reversed(list(ast.iter_child_nodes(node))):
            reads = isinstance(child, ast.keyword) and child.arg == "parse"
            stack.append(child.value.body if reads and isinstance(child.value, ast.Lambda) else child)  # type: ignore[attr-defined]


def _tried(node: ast.Try | ast.TryStar, chat: str) -> Iterator[_Found]:
    for call in _chatting(node.finalbody, chat, _CALLS):
        yield call.lineno, f"{chat}.{call.func.attr}() in 'finally'", rules.FINALLY  # type: ignore[attr-defined]
    if not _chatting(node.body, chat, _ASKS):
        return
    for handler in node.handlers:
        everything = handler.type is None or dotted(handler.type) == "BaseException"
        if everything and not any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
            words = "'except:'" if handler.type is None else "'except BaseException'"
            yield handler.lineno, f"{words} around a question", rules.SWALLOWS


def _chatting(body: list[ast.stmt], chat: str, verbs: frozenset[str]) -> list[ast.Call]:
    """The calls of the chat's *verbs* in *body*."""
    return [
        node
        for node in _executed(body)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == chat
        and node.func.attr in verbs
    ]


def _unordered(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func) in ("set", "frozenset")
    return isinstance(node, ast.Set | ast.SetComp)


def _is_flow(node: Function) -> bool:
    names = (dotted(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list)
    return any(name in ("flow", "gateway.flow") for name in names)


def _passed(call: ast.Call, own: Function, chat: str) -> str:
    """What *own* calls the chat that *call* hands over; "" when it does not."""
    names = [arg.arg for arg in own.args.args]
    for index, arg in enumerate(call.args):
        if isinstance(arg, ast.Name) and arg.id == chat and index < len(names):
            return names[index]
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Name) and keyword.value.id == chat and keyword.arg:
            return keyword.arg
    return ""
