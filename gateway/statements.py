"""Named SQL of a plugin: statements that stand in a `.sql` file beside the code, not between its lines.

SQL = queries(Path(__file__).with_name("cart.sql"))      # -- name: open_cart
cart = await chat.db.one(SQL["open_cart"], contact=chat.contact.id)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def queries(file: str | Path) -> Mapping[str, str]:
    """The statements of *file*, by name: each stands below a line ``-- name: open_cart``. One text serves
    both databases. A name that stands twice raises `ValueError`, a file that is not there or has no names
    `FileNotFoundError`."""
    from gateway.store.sql import load_queries  # drivers come with it; who imports `gateway` gets none

    return load_queries(file)
