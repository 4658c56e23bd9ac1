"""Waiting for what comes by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def until(check: Callable[[], Awaitable[T]], what: str, within: float = 30.0) -> T: ...
@overload
async def until(check: Callable[[], T], what: str, within: float = 30.0) -> T: ...
async def until(check: Callable[[], Any], what: str, within: float = 30.0) -> Any:
    """The first true value of *check*, asked again and again; `AssertionError` with *what* after *within*
    seconds."""
    deadline = time.monotonic() + within
    while True:
        found = check()
        value = await found if isinstance(found, Awaitable) else found
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(0.01)
