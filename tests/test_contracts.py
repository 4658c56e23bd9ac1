"""The house rules that a machine can check: layers, tenants in SQL, sizes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.guard import tenant_problem
from gateway.store.migrate import policies
from gateway.store.sql import named_blocks, tokens

ROOT = Path(__file__).parent.parent
MIGRATIONS = sorted((ROOT / "gateway/store/migrations").glob("*.sql"))
SOURCES = sorted([*ROOT.glob("gateway/**/*.py"), *ROOT.glob("providers/**/*.py")])

#: Statements that span tenants on purpose. They run as the worker, never for a plugin or a request.
WORKERS = {
    "recover.sql": {
        "doubt_orphans",  # a new owner: whatever a dead process was sending, for any tenant
    },
    "queue.sql": {"young"},  # what others have stored for our numbers, of any tenant
    "reopen.sql": {
        "tenants_of_shard",  # an owner reads back what is open of its shards, for any tenant
        "newest_of_shard",
        "tenants",
        "fresh",
    },
    "messages.sql": {
        "dead_one",  # an operator names a dead letter by its id alone (gateway replay)
        "dead_of_journal",  # a stored webhook may hold several tenants' events
    },
    "backup.sql": {"media"},  # a backup is of the whole database
    "restored.sql": {  # a restore is of the whole database
        "anybodys",  # an operator names it by its id alone
        "count",
        "left",
        "unpolled",
        "outbox",
        "scheduled",
        "ready_jobs",
        "unfetched",
    },
    "job.sql": {
        "left",  # what a dead process was running, for any tenant
        "take_over",
        "tenants",  # who has something to do: each has its turn
        "waiting",
        "recurring",  # the rows of jobs that come again, beside what is configured
    },
    "schedule.sql": {"due"},  # what is due is moved on for every tenant
    "status.sql": {"forgotten"},  # a process that takes over folds for every tenant
    "template.sql": {"changed", "syncs_since"},  # one look every few seconds follows other processes
    "media.sql": {
        "due",  # what is to be fetched, for every tenant in its turn
        "resume",  # a process that takes over fetches what the last one was fetching
        "left",
        "take_over",
    },
    "check.sql": {"logs", "count", "live"},  # a deploy looks at every conversation of every tenant
    "flow.sql": {
        "due",  # flows wake by themselves, for every tenant
        "met",
        "held",  # an owner knows the flows of its shards, whoever's they are
    },
    "tidy.sql": {"notes", "menus", "slots", "reached", "reached_hours", "muted"},  # for every tenant
    "retention.sql": {"tenants", "seen_page", "seen_oldest"},  # what is kept for all alike, and whose
    "feed.sql": {"waiting", "count", "take"},  # events of every tenant are numbered together
    "endpoint.sql": {
        "waiting",  # what is to be delivered, for every tenant in its turn
        "failing",
        "forget_secrets",  # what signs no more
        "deleted",
    },
    "quota.sql": {"forget"},  # counts of long ago, of every tenant
    "house.sql": {
        "muted",  # a process that takes a share over knows who is not answered, whoever's contact it is
    },
    "audit.sql": {"everywhere", "tenants"},  # operators look at all changes
    "erasure.sql": {
        "open",  # whoever leads carries on with the erasures and exports of every tenant
        "export_waiting",
        "export_over",
        "nobodys",  # dead letters of no tenant, which may speak of anybody
        "drop_nobodys",
    },
    "doctor.sql": {  # an operator looks at all tenants
        *("dead", "due", "doubts", "disabled", "deliveries", "looping", "muted"),
    },
    "plugins.sql": {"dead"},  # an operator looks at all tenants
    "contacts.sql": {"unfolded"},  # contacts of before the search, for every tenant
    "keys.sql": {"find"},  # whose key it is, is what is asked
    "tenants.sql": {"rivals", "left_over"},  # a number is given once; channels that are gone, of every tenant
    "live.sql": {"tenants", "channels", "plugins"},  # what every process knows of all tenants
    "registry.sql": {"tenants", "channels", "unpause"},  # the picture of gateway.toml is taken at once
}
#: Files over 300 lines. None; whoever adds one says why here.
LARGE: dict[str, str] = {}
FUNCTION = 60


def _schema() -> str:
    """All of the core's migrations."""
    return "\n".join(path.read_text() for path in MIGRATIONS)


def _tenant_tables() -> set[str]:
    sql = _schema()
    return {
        name
        for name, body in re.findall(r"create table (\w+) \((.*?)\n\)", sql, re.DOTALL)
        if "tenant text" in body
    }


def _statements() -> Iterator[tuple[str, str, str]]:
    """(file, name, statement): of query files, and of the constants of modules that look like SQL."""
    for path in sorted(ROOT.glob("gateway/**/*.sql")):
        if "migrations" not in path.parts:
            for name, sql in named_blocks(path.read_text(), str(path)).items():
                yield path.name, name, sql
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value):
                yield path.relative_to(ROOT).as_posix(), f"line {node.lineno}", node.value


def _problem(file: str, sql: str) -> str | None:
    """What `tenant_problem` says; the journal has no tenant, but a column that is named as a table is."""
    tables = _tenant_tables() - ({"channel"} if file.startswith("journal.") else set())
    return tenant_problem(sql, tables)


def _is_sql(text: str) -> bool:
    """Whether *text* is a whole statement, not a sentence that begins with "update"."""
    words = [token.text.lower() for token in tokens(text) if token.kind == "word"]
    pairs = {"select": "from", "insert": "into", "update": "set", "delete": "from"}
    return (
        bool(words)
        and words[0] in pairs
        and pairs[words[0]] in words[1:]
        and bool(re.search(r"[:=(]|\bfrom \w+$", text))
    )


def test_the_tenants_tables_are_known() -> None:
    """The list below is not empty, and does not hold the shared ones."""
    tables = _tenant_tables()

    assert {"message", "event", "outbox", "part", "contact", "dead", "seen", "status"} <= tables
    assert not tables & {"journal", "journal_open", "intake", "shard", "process"}


def test_every_statement_on_a_tenants_table_uses_the_tenant() -> None:
    """Except the workers', which are listed and explained above."""
    problems = [
        f"{file}: {name}: {problem}"
        for file, name, sql in _statements()
        if name not in WORKERS.get(file, ()) and (problem := _problem(file, sql))
    ]

    assert problems == []


def test_the_list_of_workers_statements_is_not_longer_than_needed() -> None:
    """A name that is gone, or that uses the tenant by now, comes off it."""
    needed = {(file, name) for file, name, sql in _statements() if _problem(file, sql)}

    assert {(file, name) for file, names in WORKERS.items() for name in names} == needed


def test_the_check_can_fail() -> None:
    """A forgotten tenant is found in each kind of statement."""
    tables = _tenant_tables()
    for sql in (
        "select * from message where id = :id",
        "update part set rank = 1 where id = :id",
        "delete from outbox where id = :id",
        "select 1 from journal j join event e on e.id = j.id",
    ):
        assert _is_sql(sql)
        assert tenant_problem(sql, tables)


def test_tables_with_a_policy_are_those_with_a_tenant() -> None:
    """The runner's own idea of a tenant's table agrees with ours."""
    assert hasattr(policies, "__doc__")
    assert all(
        re.search(rf"create table {name} \(\s+tenant text (not null|primary key)", _schema())
        for name in _tenant_tables()
    )


def test_the_layers_hold() -> None:
    """The contracts of pyproject.toml, checked by import-linter."""
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("limit", [300])
def test_no_file_is_large(limit: int) -> None:
    """One idea a file."""
    large = {
        path.relative_to(ROOT).as_posix(): lines
        for path in SOURCES
        if (lines := len(path.read_text().splitlines())) > limit
    }

    assert large.keys() == LARGE.keys()


def test_no_function_is_long() -> None:
    """Sixty lines at most, docstring and signature included."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION
    ]

    assert long == []
