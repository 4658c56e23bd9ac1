"""`gateway commerce import`, `export` and `template`."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import msgspec

from gateway import CliCommand, CliContext
from plugins.commerce.imports.columns import COLUMNS
from plugins.commerce.imports.export import export
from plugins.commerce.imports.run import Wish, take_file

#: The row of the template.
EXAMPLE = {
    "sku": "MNG-1KG", "name": "Mango", "category": "Fresh > Fruit", "price": "250.00",
    "compare_at_price": "300.00", "currency": "KES", "stock": "40", "unit": "kg",
    "description": "Sweet, from Makueni.", "status": "active", "tags": "fruit summer", "name_sw": "Embe",
    "name_es": "Mango",
}  # fmt: skip


async def import_file(args: argparse.Namespace, context: CliContext) -> int:
    """Take a file in."""
    names = Wish.__struct_fields__
    given = {name: value for name, value in vars(args).items() if name in names}
    return await take_file(msgspec.convert(given, Wish, dec_hook=lambda _, value: value), context)


def import_options(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("file", type=Path, help="a CSV file; its first line names the columns")
    parser.add_argument("--dry-run", action="store_true", help="say what would become of each row")
    parser.add_argument(
        "--stock", choices=("update", "set", "skip"), default="update",
        help="set: the numbers count, and a row with fewer than orders have is refused; update (default): "
        "its stock alone is left as it is; skip: the column is not read",
    )  # fmt: skip
    parser.add_argument(
        "--all-or-nothing", action="store_true", help="write only when every row can be taken"
    )
    parser.add_argument("--errors", type=Path, metavar="CSV", help="write down what is wrong with which row")
    parser.add_argument("--currency", default="", help="of the prices (default: the shop's, or the file's)")


async def export_file(args: argparse.Namespace, context: CliContext) -> int:
    """Write everything out."""
    try:
        return await export(args.file, context)
    except OSError as error:
        print(f"{args.file}: {error.strerror or error}")
        return 2


def export_options(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="the CSV file to write; - for the terminal")


def template(args: argparse.Namespace, context: CliContext) -> int:
    """Print the names of the columns, and one row."""
    columns = [*COLUMNS, "name_es", "name_sw"]
    out = csv.writer(sys.stdout)
    out.writerow(columns)
    out.writerow([EXAMPLE.get(column, "") for column in columns])
    return 0


COMMANDS = (
    CliCommand("import", "take products in from a CSV file", import_file, import_options),
    CliCommand(
        "export", "write all products into a CSV file, that import reads", export_file, export_options
    ),
    CliCommand("template", "print an empty file for import, with one row to show how", template),
)
