"""Cells that a spreadsheet would run as a formula are written out with a ' before them, which is taken off
when the file comes back."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """*cell* as it is written out."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """*cell* as it was before it was written out."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
