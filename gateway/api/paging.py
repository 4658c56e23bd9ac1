"""What every list of the API takes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class Paging(Struct, frozen=True):
    """What every list takes: how many at most, and the cursor of the page before."""

    cursor: Annotated[str, Meta(max_length=512)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
