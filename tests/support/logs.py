"""The log of a test, put back as it was."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from gateway.observe import configure_logging

#: Libraries whose levels `configure_logging` sets.
QUIET = ("aiohttp.access", "aiosqlite", "asyncio", "urllib3")


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Every line that the gateway and its libraries log meanwhile."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    quiet = {name: logging.getLogger(name).level for name in QUIET}
    out = io.StringIO()
    configure_logging("debug", out)
    yield out
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)
