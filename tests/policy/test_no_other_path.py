"""No path to the outbox goes past the gate: what writes there is known, and says what each message is for."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from gateway.pipeline.outgoing import compose
from gateway.pipeline.records import Part
from gateway.store.sql import named_blocks

ROOT = Path(__file__).parents[2]
CODE = [
    *sorted(ROOT.glob("gateway/**/*.py")),
    *sorted(ROOT.glob("plugins/**/*.py")),
    *sorted(ROOT.glob("providers/**/*.py")),
]

#: Statements that put something where it is sent from, and the functions that run them. Each part in their
#: rows says its purpose; whatever has one is claimed by `claim`, which judges it.
WRITERS = {
    ("outbox.sql", "add"): {"effects.add_messages", "schedule.release", "replay._requeue"},
    ("outbox.sql", "add_in_order"): {"effects._add_in_order"},
    ("schedule.sql", "add"): {"effects.add_messages", "later.postpone"},
}
#: Statements that make a part one that is being sent, or had been. All of `claim` are judged.
SENDING = {("outbox.sql", "claim"), ("outbox.sql", "claim_in_order"), ("outbox.sql", "add_in_order")}


def _statements() -> Iterator[tuple[str, str, str]]:
    for path in sorted(ROOT.glob("gateway/**/*.sql")):
        if "migrations" not in path.parts:
            for name, sql in named_blocks(path.read_text(), str(path)).items():
                yield path.name, name, sql.lower()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.relative_to(ROOT).as_posix(), f"line {node.lineno}", node.value.lower()


def test_only_known_statements_write_where_messages_are_sent_from() -> None:
    """Neither a query nor a string in the code inserts into the outbox or the schedule besides these."""
    found = {
        (file, name)
        for file, name, sql in _statements()
        if re.search(r"insert\s+into\s+(outbox|scheduled)\b", sql)
    }

    assert found == set(WRITERS)
    for file, name, sql in _statements():
        if (file, name) in WRITERS:
            assert ":purpose" in sql


def test_only_the_claim_makes_a_part_one_that_is_being_sent() -> None:
    """And a turn's own first reply, which is refused for what has a purpose (`Outbox.admit`)."""
    found = {
        (file, name)
        for file, name, sql in _statements()
        if re.search(r"update\s+outbox\b.*\bset\s+state\s*=\s*'sending'", sql, re.DOTALL)
        or ("insert into outbox" in sql and "case when" in sql)
    }

    assert found == SENDING


def test_only_known_functions_run_them() -> None:
    """Wherever a query is named, also under another name for the file."""
    files = {"outbox.sql": "OUTBOX", "schedule.sql": "SCHEDULE"}
    names = {(files[file], name): (file, name) for file, name in WRITERS}
    found: dict[tuple[str, str], set[str]] = {key: set() for key in WRITERS}
    for path in CODE:
        for function in [
            n
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.AsyncFunctionDef | ast.FunctionDef)
        ]:
            for node in ast.walk(function):
                if (
                    isinstance(node, ast.Subscript)
                    and isinstance(node.value, ast.Name)
                    and isinstance(node.slice, ast.Constant)
                ):
                    key = names.get((node.value.id, str(node.slice.value)))
                    if key is not None:
                        found[key].add(f"{path.stem}.{function.name}")

    assert found == WRITERS


def test_nothing_is_sent_but_what_was_claimed() -> None:
    """One function calls the provider's `send`; it is reached from one place, behind the claim."""
    called = {"provider.send": set[str](), "_caller.send": set[str](), "_attempt": set[str]()}
    for path in sorted((ROOT / "gateway").glob("**/*.py")):
        for function in [
            n
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.AsyncFunctionDef | ast.FunctionDef)
        ]:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    whole = ast.unparse(node.func)
                    for name, callers in called.items():
                        if whole.endswith(name) and (name != "_attempt" or path.name == "attempt.py"):
                            callers.add(f"{path.relative_to(ROOT).as_posix()}:{function.name}")

    assert called["_caller.send"] == {"gateway/pipeline/attempt.py:_attempt"}
    assert called["_attempt"] == {"gateway/pipeline/attempt.py:send"}
    pipeline = {
        each for each in called["provider.send"] if not each.startswith(("gateway/testing/", "gateway/demo/"))
    }
    assert pipeline == {"gateway/pipeline/caller.py:send"}


def test_a_part_says_what_it_is_for() -> None:
    """There is no default, neither for a part nor for what composes one."""
    fields = dict(zip(Part.__struct_fields__[: -len(Part.__struct_defaults__)], range(99), strict=False))

    assert "purpose" in fields
    assert inspect.signature(compose).parameters["purpose"].default is inspect.Parameter.empty
