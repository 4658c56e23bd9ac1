"""`gateway commerce import FILE`: a file is read row by row, and sent in portions to where the database
is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway import CliContext
from plugins.commerce.imports import store
from plugins.commerce.imports.cells import Problem, Wrong, code_of, read_row
from plugins.commerce.imports.columns import Header, read_header
from plugins.commerce.imports.portion import Portion, Taken
from plugins.commerce.imports.report import Report
from plugins.commerce.imports.source import Line, Source, examine, lines
from plugins.commerce.imports.store import File


class Wish(Struct, frozen=True):
    """What the command was asked: see `options` in `imports/cli.py`."""

    file: Path
    stock: str = "update"
    currency: str = ""
    dry_run: bool = False
    all_or_nothing: bool = False
    errors: Path | None = None


async def take_file(wish: Wish, context: CliContext) -> int:
    """Take a file in; the exit code: 0 when every row was taken, 1 when some were refused, 2 when the file
    cannot be taken at all."""
    try:
        source = examine(wish.file)
    except (OSError, ValueError) as error:
        print(f"{wish.file}: {error.strerror if isinstance(error, OSError) else error}")
        return 2
    header = _header(source)
    for words in (*header.notes, *header.problems):
        print(words)
    if header.problems:
        return 2
    try:
        currency = code_of(await _currency(wish, context, source, header))
    except Wrong:
        print("in which currency are the prices? Add a column currency with its code, or --currency KES")
        return 2
    name, options = wish.file.name[:200], f"stock={wish.stock} currency={currency}"
    file = File(source.sha256, options, name, currency, lenient=wish.stock == "update")
    if wish.dry_run or wish.all_or_nothing:
        refused = await _through(wish, context, source, header, msgspec.structs.replace(file, dry=True))
        if wish.dry_run or refused:
            return _refused(wish, refused)
    return _refused(wish, await _for_good(wish, context, source, header, file))


def _refused(wish: Wish, refused: int | None) -> int:
    if refused is None:
        return 2
    if refused and wish.all_or_nothing and not wish.dry_run:
        print("nothing was taken in (--all-or-nothing): mend these rows and start again")
    return 1 if refused else 0


async def _for_good(
    wish: Wish, context: CliContext, source: Source, header: Header, file: File
) -> int | None:
    """Write the file: from its beginning, or from where a run before came to."""
    told = await context.work(store.begin, msgspec.to_builtins(file))
    if told["rows"]:
        print(f"this file was begun before: going on behind row {told['rows']:,}")
    if told["refused"]:
        print(f"{told['refused']:,} rows were refused until then")
    if told["before"]:
        print(f"this file was taken in on {told['before']}: each row is compared with what is there")
    file = msgspec.structs.replace(file, id=told["id"])
    refused = await _through(wish, context, source, header, file, behind=told["rows"])
    if refused is None:
        return None
    await context.work(store.end, msgspec.to_builtins(file))
    return refused + int(told["refused"])


async def _through(
    wish: Wish, context: CliContext, source: Source, header: Header, file: File, behind: int = 0
) -> int | None:
    """Go through the whole file; how many rows were refused, None when another run took over. Rows up to
    *behind* were taken before."""
    report = Report(source.size, wish.errors, more=behind > 0)
    portion = Portion(context, file)
    seen = Seen(file.dry)
    try:
        for line in _after_header(source):
            row, problems = _read(line, header, seen, wish.stock != "skip")
            if line.number <= behind:
                continue
            report.counts["refused"] += bool(problems)
            portion.add(line.number, row, problems)
            if portion.full and not _told(await portion.send(), report, header):
                return None
            report.progress(line.read)
        if not _told(await portion.send(), report, header):
            return None
        report.summary(file.dry and wish.dry_run)
        return report.refused
    finally:
        report.close()


def _told(taken: Taken, report: Report, header: Header) -> bool:
    """Say what became of a portion; False when the rest is another run's."""
    if taken.lost:
        report.line("the same file is being taken in by another run, which goes on from here")
        return False
    named = {column.name: column.written for column in header.columns if column is not None}
    problems = list(taken.problems)
    for row, done in taken.done:
        report.counts[done.result] += 1
        for fault in done.faults:
            column = store.COLUMN_OF.get(fault.field, fault.field)
            left = "" if done.result == "refused" else "the stock was left as it is, the rest was taken"
            problems.append(Problem(row, done.sku, named.get(column, column), fault.detail, left))
    for problem in sorted(problems, key=lambda each: each.row):
        report.problem(problem)
    return True


class Seen:
    """The SKUs that were read, with their rows, and with *names* what products are called whose variants
    follow (a dry run does not find them in the database)."""

    def __init__(self, names: bool) -> None:
        self._rows: dict[str, int] = {}
        self._names: dict[str, str] | None = {} if names else None

    def first(self, sku: str, row: int) -> int:
        """The row in which *sku* stood first: *row* itself when it is new."""
        return self._rows.setdefault(sku, row)

    def name(self, row: dict[str, Any]) -> None:
        """Give a variant the name that its product has in a row above."""
        if self._names is None or not (product := row.get("product") or row.get("sku")):
            return
        if "name" in row:
            self._names.setdefault(product, row["name"])
        elif row.get("product") and product in self._names:
            row["name"] = self._names[product]


def _read(line: Line, header: Header, seen: Seen, stock: bool) -> tuple[dict[str, Any], list[Problem]]:
    if line.wrong:
        return {}, [Problem(line.number, "", "", line.wrong)]
    row, problems = read_row(line.number, header, line.cells, stock)
    if problems:
        return row, problems
    sku = " ".join(row["sku"].split())
    if (first := seen.first(sku, line.number)) != line.number:
        why = f"the same SKU stands in row {first:,} and in row {line.number:,}: the first was taken"
        return row, [Problem(line.number, sku[:64], "sku", why, "give each its own, or take one out")]
    seen.name(row)
    return row, []


def _header(source: Source) -> Header:
    """What the first line says."""
    first = next(lines(source), None)
    return read_header(first.cells if first else ())


def _after_header(source: Source) -> Iterator[Line]:
    rows = lines(source)
    next(rows, None)
    return rows


async def _currency(wish: Wish, context: CliContext, source: Source, header: Header) -> str:
    """The shop's currency: as it was asked, as its products have it, as the file says."""
    if wish.currency:
        return wish.currency
    if known := await context.work(store.currency):
        return known
    if header.currency:
        return header.currency
    first = next(_after_header(source), None)
    row = read_row(2, header, first.cells)[0] if first else {}
    return str(row.get("currency", ""))
