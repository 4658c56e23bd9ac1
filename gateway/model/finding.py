"""One thing that was looked at, for the commands that check."""

from __future__ import annotations

from msgspec import Struct


class Finding(Struct, frozen=True, omit_defaults=True):
    """*what* names it, *detail* says how it is, *remedy* what to do when it is not *ok*."""

    what: str
    ok: bool
    detail: str
    remedy: str = ""
