"""Names of templates. A provider keeps a name for a category, and blocks one for weeks after a deletion; what
must be made anew then gets the next version: order_ready, order_ready_v2, order_ready_v3, …"""

from __future__ import annotations

import re

_VERSION = re.compile(r"(.+)_v([2-9]|[1-9][0-9]{1,3})", re.ASCII | re.DOTALL)


def logical(name: str) -> str:
    """The name by which we send *name*: "order_ready" for "order_ready_v2"."""
    match = _VERSION.fullmatch(name)
    return match[1] if match else name


def version(name: str) -> int:
    """2 for "order_ready_v2", 1 for "order_ready"."""
    match = _VERSION.fullmatch(name)
    return int(match[2]) if match else 1


def following(name: str) -> str:
    """The next version of *name*."""
    return f"{logical(name)}_v{version(name) + 1}"
